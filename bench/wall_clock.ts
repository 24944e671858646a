/** Where a server of this bench tells its clock over a WebSocket. */
export const CLOCK_PATH = "/bench/clock";

/** Epoch milliseconds with fractions: what a page's own `performance` gives too. */
export function wallClock(): number {
  return performance.timeOrigin + performance.now();
}

/** Answers a WebSocket whose every message is answered with the time. */
export function tellClock(request: Request): Response {
  const { socket, response } = Deno.upgradeWebSocket(request);
  socket.addEventListener("message", () => socket.send(String(wallClock())));
  return response;
}
