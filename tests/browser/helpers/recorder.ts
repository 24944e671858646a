import type { Page } from "playwright-core";
import { z } from "zod";

const RECORD = "callboardRecord";

/** What a reader sees of statuses, in the order seen: `["step-1", "queued"]` and so on. */
export type Seen = readonly (readonly [id: string, status: string])[];

/**
 * Notes from now on every status that the selected elements show, as the page changes. Each goes by
 * its own id or that of the nearest element around it.
 */
export async function recordStatuses(
  page: Page,
  selector: string,
): Promise<void> {
  await page.evaluate(startRecording, { record: RECORD, selector });
}

/** @throws where the page was loaded again since the recording began */
export async function seenStatuses(page: Page): Promise<Seen> {
  const seen = await page.evaluate(
    (record) => Reflect.get(globalThis, record),
    RECORD,
  );
  return z.array(z.tuple([z.string(), z.string()])).parse(seen);
}

/** Runs in the page. */
function startRecording(
  { record, selector }: { record: string; selector: string },
): void {
  const seen: [string, string][] = [];
  const last = new Map<string, string>();
  Reflect.set(globalThis, record, seen);
  const look = () => {
    for (const element of document.querySelectorAll(selector)) {
      const status = element.getAttribute("data-status") ?? "";
      const id = element.closest("[id]")?.id ?? "";
      if (last.get(id) === status) continue;
      last.set(id, status);
      seen.push([id, status]);
    }
  };
  look();
  new MutationObserver(look).observe(document, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ["data-status"],
  });
}
