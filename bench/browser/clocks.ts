import type { Page } from "playwright-core";

const ROUND_TRIPS = 200;

/** How far a page's clock is ahead of its server's, and by how much that may be wrong. */
export interface ClockOffset {
  readonly aheadMs: number;
  readonly errorMs: number;
}

/**
 * Compares `performance.timeOrigin + performance.now()` of a page with what its server answers
 * over a WebSocket, as NTP does (RFC 5905, section 8): the fastest of some round trips says most,
 * and the server read its clock somewhere within it.
 */
export async function compareClocks(page: Page, path: string): Promise<ClockOffset> {
  return await page.evaluate(measureOffset, { path, times: ROUND_TRIPS });
}

/** Runs in the page. */
async function measureOffset(
  { path, times }: { readonly path: string; readonly times: number },
): Promise<ClockOffset> {
  const socket = new WebSocket(new URL(path, location.href));
  await new Promise((resolve) => socket.onopen = resolve);
  let best = { aheadMs: 0, errorMs: Infinity };
  for (let i = 0; i < times; i++) {
    const sent = performance.now();
    const server = await new Promise<number>((resolve) => {
      socket.onmessage = ({ data }) => resolve(Number(data));
      socket.send("");
    });
    const errorMs = (performance.now() - sent) / 2;
    if (errorMs >= best.errorMs) continue;
    best = { aheadMs: performance.timeOrigin + sent + errorMs - server, errorMs };
  }
  socket.close();
  return best;
}
