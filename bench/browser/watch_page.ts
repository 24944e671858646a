import type { Page } from "playwright-core";
import { z } from "zod";

const SEEN = "benchSeen";

/** Notes in every document of a page when it first shows each of these steps as completed. */
export async function watchSteps(page: Page, ids: readonly string[]): Promise<void> {
  await page.addInitScript(noteSteps, { ids, seen: SEEN });
}

/** Notes in every document of a page when each bare message comes. */
export async function watchBareMessages(page: Page): Promise<void> {
  await page.addInitScript(noteMessages, SEEN);
}

/** When the page showed the first `count` changes, in epoch milliseconds by its own clock. */
export async function seenBy(page: Page, count: number): Promise<readonly number[]> {
  await page.waitForFunction(
    ({ seen, count }) => Object.keys(Reflect.get(globalThis, seen)).length >= count,
    { seen: SEEN, count },
  );
  return z.array(z.number()).parse(
    await page.evaluate((seen) => Reflect.get(globalThis, seen), SEEN),
  );
}

/** Runs in the page. */
function noteSteps({ ids, seen }: { readonly ids: readonly string[]; readonly seen: string }) {
  const times: number[] = [];
  Reflect.set(globalThis, seen, times);
  document.addEventListener("htmx:sse:after:connection", () => {
    Reflect.set(globalThis, "benchIsConnected", true);
  });
  new MutationObserver(() => {
    const now = performance.timeOrigin + performance.now();
    while (times.length < ids.length) {
      const step = document.getElementById(ids[times.length] ?? "");
      if (step?.dataset["status"] !== "completed") return;
      times.push(now);
    }
  }).observe(document, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ["data-status"],
  });
}

/** Runs in the page. */
function noteMessages(seen: string) {
  const times: number[] = [];
  Reflect.set(globalThis, seen, times);
  new MutationObserver(() => {
    const now = performance.timeOrigin + performance.now();
    const text = document.getElementById("message")?.textContent ?? "";
    if (Number(text) === times.length + 1) times.push(now);
  }).observe(document, { subtree: true, childList: true });
}
