export const UNREACHABLE = "Callboard cannot be reached from here, or does not allow this site.";
// So often it is asked before it counts as out of reach.
export const MOST_TRIES = 4;
const LONGEST_WAIT_MS = 30_000;

export function ask(url, options) {
  return fetch(url, { credentials: "omit", ...options }).catch(() => null);
}

export function isSettled(answer) {
  return answer !== null && (answer.ok || answer.status === 404);
}

export function pauseAfter(failures) {
  return Math.min(250 * 2 ** failures, LONGEST_WAIT_MS) * (0.7 + Math.random() * 0.6);
}
