import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { paths } from "../../routes/paths.ts";
import { domIds } from "../../views/dom_ids.ts";
import { Gate, words } from "../helpers/model_server.ts";
import { runApp, saveApp } from "./helpers/api.ts";
import { TELL } from "./helpers/apps.ts";
import { journey, type Stage } from "./helpers/journey.ts";
import {
  assertNotReloaded,
  assertSameAsFresh,
  isOpen,
  mark,
  stepAt,
  toggleStep,
  waitForStatus,
  waitForStep,
} from "./helpers/task_page.ts";

/** The number of the model's step in {@link TELL}. */
const TELLING = 2;
const STORY = ["Night ", "trains ", "arrive ", "late ", "on ", "purpose."];

journey("Task page: a model's answer comes word by word", async (stage) => {
  const { gate, page } = await openStory(stage);
  await mark(page);
  await toggleStep(page, TELLING);
  await recordWritten(page);
  for (const [index] of STORY.entries()) {
    gate.open();
    await written(page, STORY.slice(0, index + 1).join(""));
  }
  gate.open(Infinity);
  await waitForStatus(page, "Completed");
  await assertNotReloaded(page);

  const whole = STORY.join("");
  for (const text of await writtenSoFar(page)) {
    assert(
      whole.startsWith(text),
      `Showed "${text}", which is no beginning of "${whole}"`,
    );
  }
  const output = page.locator(`#${domIds.outputPanel("story")}`);
  await output.getByText(`${whole} The end.`).waitFor();
});

journey(
  "Task page: what the reader opened stays open, what was closed stays closed",
  async (stage) => {
    const { gate, page } = await openStory(stage);
    await toggleStep(page, 1);
    await toggleStep(page, TELLING);
    await toggleStep(page, 3);
    gate.open(2);
    await written(page, "Night trains ");
    await toggleStep(page, 3);
    gate.open(2);
    await written(page, "Night trains arrive late ");
    assert.deepEqual(await openSteps(page), [true, true, false]);

    gate.open(Infinity);
    await waitForStatus(page, "Completed");
    await waitForStep(page, 3, "completed");
    assert.deepEqual(await openSteps(page), [true, true, false]);
  },
);

journey(
  "Task page: cancelling in the middle ends the model's request",
  async (stage) => {
    const { gate, page, request } = await openStory(stage);
    await toggleStep(page, TELLING);
    gate.open(2);
    await written(page, "Night trains ");
    await page.getByRole("button", { name: "Cancel" }).click();
    assert.equal(await request.closed, "left");
    await waitForStatus(page, "Cancelled");
    await waitForStep(page, TELLING, "cancelled");
    await page.getByRole("button", { name: "Cancel" }).waitFor({
      state: "detached",
    });
    await page.getByText(/the last request to the model closed [\d.]+ m?s later/).waitFor();

    const fresh = await stage.open(new URL(page.url()).pathname);
    await assertSameAsFresh(page, fresh);
  },
);

journey(
  "Task page: a second tab and a reload in mid-stream show all of it once",
  async (stage) => {
    const { gate, page } = await openStory(stage);
    await toggleStep(page, TELLING);
    gate.open(2);
    await written(page, "Night trains ");

    const second = await page.context().newPage();
    await second.goto(page.url());
    await toggleStep(second, TELLING);
    await written(second, "Night trains ");
    await page.reload();
    await toggleStep(page, TELLING);
    await written(page, "Night trains ");

    gate.open(2);
    for (const tab of [page, second]) {
      await tab.bringToFront();
      await written(tab, "Night trains arrive late ");
    }
    gate.open(Infinity);
    for (const tab of [page, second]) {
      await tab.bringToFront();
      await waitForStatus(tab, "Completed");
    }
    await assertSameAsFresh(page, second);
  },
);

/** Runs {@link TELL} against a model that sends a word each time the gate opens. */
async function openStory({ server, model, open }: Stage) {
  const gate = new Gate();
  model.answer(words(STORY, { gate }));
  await saveApp(server, TELL);
  const { id } = await runApp(server, TELL.name, { topic: "night trains" });
  const page = await open(paths.task(id));
  const request = await model.nextRequest();
  await waitForStep(page, TELLING, "running");
  return { gate, page, request };
}

/** Waits until the model's step shows exactly this text. */
async function written(page: Page, text: string): Promise<void> {
  const region = page.locator(`#${domIds.stepWritten(TELLING)}`);
  await region.filter({ hasText: exactly(text) }).waitFor({ state: "visible" });
}

function exactly(text: string): RegExp {
  const escaped = text.trim().replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^\\s*${escaped}\\s*$`);
}

async function openSteps(page: Page): Promise<boolean[]> {
  return [
    await isOpen(page, 1),
    await isOpen(page, TELLING),
    await isOpen(page, 3),
  ];
}

/** Notes every text that the model's step shows from now on. */
async function recordWritten(page: Page): Promise<void> {
  await stepAt(page, TELLING).evaluate((_step, id) => {
    const texts: string[] = [];
    Reflect.set(globalThis, "callboardTexts", texts);
    const look = () => {
      const text = document.getElementById(id)?.textContent ?? "";
      if (text.trim() !== "" && texts.at(-1) !== text) texts.push(text);
    };
    new MutationObserver(look).observe(document, {
      subtree: true,
      childList: true,
      characterData: true,
    });
  }, domIds.stepWritten(TELLING));
}

async function writtenSoFar(page: Page): Promise<string[]> {
  const texts: unknown = await page.evaluate(() => Reflect.get(globalThis, "callboardTexts"));
  assert(Array.isArray(texts));
  return texts.map(String);
}
