// A control that an update takes away leaves the focus to the heading of what it stood in: at the
// top of the page a keyboard would begin anew, and a screen reader lose its place.

let trail = [];

document.addEventListener("htmx:before:swap", () => {
  trail = [];
  const focused = document.activeElement;
  for (let at = focused; at && at !== document.body; at = at.parentElement) trail.push(at);
});

document.addEventListener("htmx:after:swap", () => {
  if (document.activeElement !== document.body || !trail[0] || trail[0].isConnected) return;
  const heading = trail.filter((place) => place.isConnected)
    .map((place) => place.querySelector("h1, h2, h3")).find(Boolean);
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
});
