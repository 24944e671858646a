// [data-stream]: says when a stream is lost and when it has ended for good, and does what hx-sse does
// not: try again when the first connection fails. Two refusals (4xx) in a row end it.

const QUIET_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
const LOST = "Connection lost, trying again";
const ENDED = "Live updates have ended. Reload the page to see the latest.";

const streams = new WeakMap();

on("htmx:finally:request", (stream, state) => {
  if (!state.isConnected && !state.isOver) retry(stream, state);
});
on("htmx:sse:after:connection", (stream, state) => {
  Object.assign(state, { isConnected: true, failures: 0, refusals: 0 });
  say(stream, state, "");
});
on("htmx:sse:before:connection", (stream, state, event) => {
  if (state.refusals > 1) return event.preventDefault();
  if (state.isConnected) lose(stream, state);
});
on(
  "htmx:response:error",
  (_stream, state, { detail }) => refuse(state, detail.ctx.response.status),
);
on("htmx:sse:error", (stream, state, { detail }) => {
  refuse(state, detail.status);
  lose(stream, state);
});
on("gone", (_stream, state) => state.isGone = true);
on("htmx:sse:close", (stream, state, { detail }) => {
  state.isOver = true;
  const isCut = state.isGone || detail.reason === "ended" || state.refusals > 1;
  say(stream, state, isCut ? ENDED : "");
});

function on(name, handle) {
  document.addEventListener(name, (event) => {
    const stream = event.target;
    if (!(stream instanceof Element) || !stream.matches("[data-stream]")) return;
    if (!streams.has(stream)) streams.set(stream, { failures: 0, refusals: 0 });
    handle(stream, streams.get(stream), event);
  });
}

function retry(stream, state) {
  if (state.refusals > 1) return say(stream, state, ENDED);
  lose(stream, state);
  const wait = Math.min(500 * 2 ** state.failures++, LONGEST_WAIT_MS);
  setTimeout(() => stream.dispatchEvent(new Event("connect")), wait * (0.7 + Math.random() * 0.6));
}

function refuse(state, status) {
  state.refusals = status >= 400 && status < 500 ? state.refusals + 1 : 0;
}

// Most losses are over before anybody would have noticed.
function lose(stream, state) {
  state.note ??= setTimeout(() => write(stream, LOST), QUIET_MS);
}

function say(stream, state, text) {
  clearTimeout(state.note);
  state.note = undefined;
  write(stream, text);
}

function write(stream, text) {
  const note = stream.querySelector(".live-note");
  if (note && note.textContent !== text) note.textContent = text;
}
