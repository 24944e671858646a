import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { paths } from "../../routes/paths.ts";
import { domIds } from "../../views/dom_ids.ts";
import { Gate, words } from "../helpers/model_server.ts";
import { appId, endOfTask, readTask, runApp, saveApp } from "./helpers/api.ts";
import { TELL } from "./helpers/apps.ts";
import { journey, type Stage } from "./helpers/journey.ts";
import { recordStatuses, type Seen, seenStatuses } from "./helpers/recorder.ts";
import { assertNotReloaded, mark, waitForStatus } from "./helpers/task_page.ts";

const STEPS = 5;
const ARTICLE =
  `Night trains are back, and the timetable is the hard part. A train that leaves Vienna at
eight in the evening could reach Paris at four in the morning, when nobody wants it there. So it is
held, slowed and parked until a quarter to ten.

Track is repaired at night, because that is when it is free. A sleeper crosses four or five
infrastructure managers before breakfast, each with its own calendar of closures. One closure
anywhere on the line moves the whole train. Border stations change locomotives and crews in slots
that were cut for freight. A city that wants a night train should ask for a slot first.`;

journey("Text brief: a pasted article is run, and each step is seen to change", async (stage) => {
  const { page, release } = await queuedBehind(stage);
  await recordStatuses(page, "details.step");
  await mark(page);
  release();
  await waitForStatus(page, "Completed");
  await assertNotReloaded(page);

  const seen = await seenStatuses(page);
  for (let number = 1; number <= STEPS; number++) assertInOrder(seen, domIds.step(number));
  assert(seen.some(([, status]) => status === "running"), `No step ran in ${JSON.stringify(seen)}`);
}, { CONCURRENCY: "1" });

journey("Text brief: tabs by mouse and by keyboard", async (stage) => {
  const page = await completed(stage);
  const tabs = page.getByRole("tab");
  assert.equal(await tabs.count(), 3);
  assert.deepEqual(await shownPanels(page), [true, false, false]);
  await tabs.nth(1).click();
  assert.deepEqual(await shownPanels(page), [false, true, false]);
  for (
    const [key, expected] of [
      ["ArrowRight", [false, false, true]],
      ["ArrowRight", [true, false, false]],
      ["ArrowLeft", [false, false, true]],
      ["Home", [true, false, false]],
      ["End", [false, false, true]],
    ] as const
  ) {
    await page.keyboard.press(key);
    assert.deepEqual(await shownPanels(page), expected, `after ${key}`);
    assert.equal(await page.locator(":focus").getAttribute("aria-selected"), "true");
  }
});

journey("Text brief: every output is copied and downloaded as it is", async (stage) => {
  const page = await completed(stage);
  const taskId = page.url().split("/").at(-1) ?? "";
  const { outputs } = await readTask(stage.server, taskId);
  assert.equal(outputs.length, 3);
  for (const [index, { name, value }] of outputs.entries()) {
    await page.getByRole("tab").nth(index).click();
    const panel = page.locator(`#${domIds.outputPanel(name)}`);
    await panel.getByRole("button", { name: "Copy" }).click();
    await panel.getByText("Copied").waitFor();
    await page.locator(`#${domIds.announcer}`).filter({ hasText: "Copied" }).waitFor();
    assert.deepEqual(asValue(await clipboard(page), value), value);

    const [download] = await Promise.all([
      page.waitForEvent("download"),
      panel.getByRole("link", { name: "Download" }).click(),
    ]);
    assert.match(download.suggestedFilename(), /\.(md|json|txt)$/);
    assert.deepEqual(asValue(await Deno.readTextFile(await download.path()), value), value);
  }
});

journey("Text brief: Run again with another text goes to a new task", async (stage) => {
  const page = await completed(stage);
  const first = page.url();
  const form = page.locator(`#${domIds.runAgainForm}`);
  const field = form.locator("textarea").first();
  assert.equal((await field.inputValue()).trim(), ARTICLE);
  await field.fill("A sleeper earns its money once a day. A seat is sold three times a day.");
  await form.getByRole("button", { name: "Run again" }).click();
  await page.waitForURL((url) => /\/tasks\/tsk_/.test(url.pathname) && url.href !== first);
  await waitForStatus(page, "Completed");
  await page.getByRole("complementary").getByText("A sleeper earns its money").first().waitFor();
  assert.match(await form.locator("textarea").first().inputValue(), /^A sleeper earns/);
});

/** Runs Text brief in the Playground while the only slot is taken; `release` frees the slot. */
async function queuedBehind(stage: Stage): Promise<{ page: Page; release: () => void }> {
  const gate = new Gate();
  stage.model.answer(words(["Told"], { gate }));
  await saveApp(stage.server, TELL);
  await runApp(stage.server, TELL.name, { topic: "the slot" });
  await stage.model.nextRequest();
  const page = await runBrief(stage);
  for (let number = 1; number <= STEPS; number++) {
    await page.locator(`#${domIds.step(number)}[data-status="queued"]`).waitFor();
  }
  return { page, release: () => gate.open(Infinity) };
}

async function runBrief({ server, open }: Stage): Promise<Page> {
  const page = await open(paths.playground(await appId(server, "Text brief")));
  await page.locator(`#${domIds.runForm} textarea`).first().fill(ARTICLE);
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.waitForURL(/\/tasks\/tsk_/);
  return page;
}

async function completed(stage: Stage): Promise<Page> {
  const page = await runBrief(stage);
  await endOfTask(stage.server, page.url().split("/").at(-1) ?? "");
  await waitForStatus(page, "Completed");
  await page.getByRole("tab").first().waitFor();
  return page;
}

/** From queued to completed; running may have been too short to be seen. */
function assertInOrder(seen: Seen, id: string): void {
  const statuses = seen.filter(([step]) => step === id).map(([, status]) => status);
  const short = ["queued", "completed"];
  assert.deepEqual(
    statuses,
    statuses.length === short.length ? short : ["queued", "running", "completed"],
    `${id} in ${JSON.stringify(seen)}`,
  );
}

function shownPanels(page: Page): Promise<boolean[]> {
  return page.locator("[role=tabpanel]").evaluateAll((panels) =>
    panels.map((panel) => panel.checkVisibility())
  );
}

function clipboard(page: Page): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText());
}

/** A text as the JSON API gives it: an output of type `json` is parsed there. */
function asValue(text: string, value: unknown): unknown {
  return typeof value === "string" ? text : JSON.parse(text);
}
