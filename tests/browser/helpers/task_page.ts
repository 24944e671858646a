import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { domIds } from "../../../views/dom_ids.ts";

/** The step with this number, from 1. */
export function stepAt(page: Page, number: number): Locator {
  return page.locator(`#${domIds.step(number)}`);
}

/** Opens or closes a step as a reader does. */
export async function toggleStep(page: Page, number: number): Promise<void> {
  await stepAt(page, number).locator("summary").first().click();
}

export async function isOpen(page: Page, number: number): Promise<boolean> {
  return await stepAt(page, number).getAttribute("open") !== null;
}

/** Waits until the page's head shows this status word. */
export async function waitForStatus(page: Page, word: string): Promise<void> {
  await page.locator(`#${domIds.taskStatus}`).filter({ hasText: word })
    .waitFor();
}

/** Waits until a step's row shows this status. */
export async function waitForStep(
  page: Page,
  number: number,
  status: string,
): Promise<void> {
  await page.locator(`#${domIds.step(number)}[data-status="${status}"]`)
    .waitFor();
}

/** Waits until an output shows this text. */
export async function waitForOutput(page: Page, name: string, text: string): Promise<void> {
  await page.locator(`#${domIds.outputPanel(name)}`).getByText(text).waitFor();
}

/** Puts a mark into the document that only loading the page again takes away. */
export async function mark(page: Page): Promise<void> {
  await page.evaluate(() => void Reflect.set(globalThis, "callboardMark", true));
}

/** Fails where the page was loaded again since {@link mark}. */
export async function assertNotReloaded(page: Page): Promise<void> {
  const isMarked = await page.evaluate(() => Reflect.get(globalThis, "callboardMark") === true);
  assert(isMarked, `${page.url()} was loaded again`);
}

/** Everything written on the page, opened or not, and every status, for comparing two pages. */
export async function contentOf(
  page: Page,
): Promise<{ text: string; statuses: string[] }> {
  return await page.evaluate((main) => {
    const root = document.getElementById(main);
    const marked = root?.querySelectorAll("[data-status]") ?? [];
    return {
      text: (root?.textContent ?? "").replace(/\s+/g, " ").trim(),
      statuses: [...marked].map((element) => element.getAttribute("data-status") ?? ""),
    };
  }, domIds.main);
}

/** Fails where a page that followed its task differs from one that was opened just now. */
export async function assertSameAsFresh(
  followed: Page,
  fresh: Page,
): Promise<void> {
  assert.deepEqual(await contentOf(followed), await contentOf(fresh));
}
