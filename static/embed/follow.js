import { write } from "./morph.js";
import { ask, isSettled, MOST_TRIES, pauseAfter, UNREACHABLE } from "./requests.js";

const QUIET_MS = 1000;
const LOST = "Connection lost, trying again.";

// Follows a task from any state to its end, and gives what stops it. The browser connects again
// by itself unless it was refused: then the fragment says why. A hidden page holds no connection.
export function follow(element, place, url) {
  let source;
  let timer;
  let note;
  let seen;
  let failures = 0;
  let hasConnected = false;
  let isOver = false;
  let status = "";
  let shownAt = 0;
  const clock = setInterval(() => tick(place, shownAt), 1000);

  function show(html) {
    shownAt = performance.now();
    status = element.show(place, html);
    tick(place, shownAt);
  }

  function calm() {
    clearTimeout(note);
    note = undefined;
    element.say("");
  }

  function connect() {
    source?.close();
    source = new EventSource(`${url}/events${whatIsSeen()}`);
    source.onopen = () => {
      hasConnected = true;
      failures = 0;
      calm();
    };
    source.onmessage = ({ data, lastEventId }) => {
      seen = lastEventId;
      show(data);
    };
    source.addEventListener("done", end);
    source.onerror = () => {
      note ??= setTimeout(() => element.say(LOST), QUIET_MS);
      if (source.readyState === EventSource.CLOSED) retry();
    };
  }

  // Whoever looks on is no other visitor, and needs nothing that is shown already.
  function whatIsSeen() {
    return seen === undefined ? "" : `?after=${encodeURIComponent(seen)}`;
  }

  function retry() {
    timer = setTimeout(look, pauseAfter(++failures));
  }

  async function look() {
    const answer = await ask(`${url}/fragment${whatIsSeen()}`);
    if (isOver || document.hidden) return;
    if (isSettled(answer)) {
      seen ??= "";
      show(await answer.text());
      return status === "running" ? connect() : end();
    }
    if (hasConnected || failures < MOST_TRIES) return retry();
    stop();
    element.fail("unreachable", UNREACHABLE);
  }

  function end() {
    if (isOver) return;
    stop();
    calm();
    if (status !== "gone") element.tell("done", { status });
  }

  function turn() {
    source?.close();
    clearTimeout(timer);
    if (!document.hidden) connect();
  }

  function stop() {
    isOver = true;
    source?.close();
    clearTimeout(timer);
    clearTimeout(note);
    clearInterval(clock);
    document.removeEventListener("visibilitychange", turn);
  }

  document.addEventListener("visibilitychange", turn);
  turn();
  return stop;
}

// A running task's clock goes on between two messages.
function tick(place, since) {
  const clock = place.querySelector("[data-clock]");
  if (!clock) return;
  const seconds = Math.floor((Number(clock.dataset.clock) + performance.now() - since) / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (number) => String(number).padStart(2, "0");
  write(clock, `${hours ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}`);
  clock.hidden = false;
}
