import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { paths } from "../../routes/paths.ts";
import { Gate, words } from "../helpers/model_server.ts";
import { runApp, saveApp } from "./helpers/api.ts";
import { type AppSource, TELL } from "./helpers/apps.ts";
import { journey, type Stage } from "./helpers/journey.ts";
import { toggleStep, waitForStatus, waitForStep } from "./helpers/task_page.ts";

/** More steps than a completed task shows unfolded; the model's is the second. */
const MANY: AppSource = {
  ...TELL,
  steps: [
    ...TELL.steps,
    ...Array.from({ length: 12 }, (_, i) => ({
      id: `more_${i}`,
      name: `More, ${i + 1}`,
      kind: "template",
      config: { text: "more" },
    })),
  ],
};

journey("Task page: many steps fold away when the task completes", async (stage) => {
  const { page, finish } = await openMany(stage);
  assert.ok(await isUnfolded(fold(page)));
  await finish();
  await folded(page);
  await page.reload();
  assert.ok(!await isUnfolded(fold(page)), "a fresh page is the same");
});

journey("Task page: a link to a step unfolds it", async (stage) => {
  const { page, finish } = await openMany(stage);
  await finish();
  await folded(page);
  const link = page.locator(".steps-note a");
  const body = page.locator(await link.getAttribute("href") ?? "");
  assert.ok(!await body.isVisible());
  await link.click();
  await body.waitFor();
  assert.ok(await isUnfolded(fold(page)));
});

journey("Task page: many steps stay where the reader has opened one", async (stage) => {
  const { page, finish } = await openMany(stage);
  await toggleStep(page, 1);
  await page.locator("h1").click();
  await finish();
  assert.ok(await isUnfolded(fold(page)));
});

journey("Task page: many steps stay where the reader unfolded them", async (stage) => {
  const { page, finish } = await openMany(stage);
  await fold(page).locator("> summary").click();
  await fold(page).locator("> summary").click();
  await page.locator("h1").click();
  await finish();
  assert.ok(await isUnfolded(fold(page)));
});

async function openMany({ server, model, open }: Stage) {
  const gate = new Gate();
  model.answer(words(["Once"], { gate }));
  await saveApp(server, MANY);
  const { id } = await runApp(server, MANY.name, { topic: "many steps" });
  const page = await open(paths.task(id));
  await waitForStep(page, 2, "running");
  const finish = async () => {
    gate.open(Infinity);
    await waitForStatus(page, "Completed");
    await page.locator(".outputs").waitFor();
  };
  return { page, finish };
}

function fold(page: Page): Locator {
  return page.locator(".steps-fold");
}

async function isUnfolded(place: Locator): Promise<boolean> {
  return await place.getAttribute("open") !== null;
}

async function folded(page: Page): Promise<void> {
  await page.locator(".steps-fold:not([open])").waitFor();
}
