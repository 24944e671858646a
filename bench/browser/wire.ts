import type { Browser, CDPSession } from "playwright-core";
import type { PageWeight } from "../weight_report.ts";

/** After the load: the stream is opened, and whatever else scripts ask for. */
const QUIET_MS = 1_000;

/**
 * Loads a page in a browser context of its own, so that nothing is cached, and sums up what the
 * browser's network layer received: for each answer its headers and its body as it was encoded.
 */
export async function weighLoad(browser: Browser, url: string): Promise<PageWeight> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    const sum = await sumUp(session);
    await page.goto(url, { waitUntil: "load" });
    await page.waitForTimeout(QUIET_MS);
    return sum();
  } finally {
    await context.close();
  }
}

/** Of requests that went over the wire: a `data:` URL is none. */
async function sumUp(session: CDPSession): Promise<() => PageWeight> {
  const bytes = new Map<string, number>();
  const streams = new Set<string>();
  const add = (id: string, more: number) => {
    const before = bytes.get(id);
    if (before !== undefined) bytes.set(id, before + more);
  };
  session.on("Network.requestWillBeSent", ({ requestId, request }) => {
    if (!request.url.startsWith("data:")) bytes.set(requestId, 0);
  });
  session.on("Network.responseReceived", ({ requestId, response }) => {
    if (response.mimeType === "text/event-stream") streams.add(requestId);
    add(requestId, response.encodedDataLength);
  });
  session.on("Network.dataReceived", ({ requestId, encodedDataLength }) => {
    if (streams.has(requestId)) add(requestId, encodedDataLength);
  });
  // The whole of an answer, headers included: it replaces what was known of it.
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (bytes.has(requestId)) bytes.set(requestId, encodedDataLength);
  });
  await session.send("Network.enable");
  return () => ({
    bytes: [...bytes.values()].reduce((sum, each) => sum + each, 0),
    requests: bytes.size - streams.size,
  });
}
