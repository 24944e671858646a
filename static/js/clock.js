// [data-clock="<ms>"]: goes on counting from what the server said, by this machine's clock.

const started = new WeakMap();

function tick() {
  for (const clock of document.querySelectorAll("[data-clock]")) {
    const said = clock.dataset.clock;
    if (started.get(clock)?.said !== said) started.set(clock, { said, at: Date.now() - said });
    const text = elapsed(Date.now() - started.get(clock).at);
    if (clock.textContent !== text) clock.textContent = text;
  }
}

function elapsed(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const tail = two(seconds % 60);
  return hours ? `${hours}:${two(minutes)}:${tail}` : `${minutes}:${tail}`;
}

tick();
setInterval(tick, 250);
document.addEventListener("htmx:after:swap", tick);
