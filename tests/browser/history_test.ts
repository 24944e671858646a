import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { paths } from "../../routes/paths.ts";
import { domIds } from "../../views/dom_ids.ts";
import { Gate, words } from "../helpers/model_server.ts";
import { endOfTask, runApp, saveApp } from "./helpers/api.ts";
import { ECHO, TELL } from "./helpers/apps.ts";
import { journey, type Stage } from "./helpers/journey.ts";
import { recordStatuses, seenStatuses } from "./helpers/recorder.ts";
import { assertNotReloaded, mark, waitForOutput } from "./helpers/task_page.ts";

const TASKS = 60;
const PAGE_SIZE = 25;

journey(
  "Task History: 60 tasks by Next, Next, Previous, back and reload",
  async (stage) => {
    const newestFirst = await runEchoes(stage, TASKS);
    const page = await stage.open(paths.tasks());
    await mark(page);
    await pageThrough(page, newestFirst);
    await assertNotReloaded(page);

    await page.goBack();
    await shows(page, newestFirst.slice(2 * PAGE_SIZE));
    await page.reload();
    await shows(page, newestFirst.slice(2 * PAGE_SIZE));
  },
);

journey(
  "Task History without JavaScript: the same pages by the same links",
  async (stage) => {
    const newestFirst = await runEchoes(stage, TASKS);
    const page = await stage.open(paths.tasks(), { javaScript: false });
    await pageThrough(page, newestFirst);
    await page.goBack();
    await shows(page, newestFirst.slice(2 * PAGE_SIZE));
    await page.reload();
    await shows(page, newestFirst.slice(2 * PAGE_SIZE));
  },
);

journey(
  "Task History: a running row becomes completed without a reload",
  async (stage) => {
    const { server, model } = stage;
    const gate = new Gate();
    model.answer(words(["Told"], { gate }));
    await saveApp(server, TELL);
    const { id } = await runApp(server, TELL.name, { topic: "rows" });
    const page = await stage.open(paths.tasks());
    const row = page.locator(`#${domIds.taskRow(id)}`);
    await row.getByText("Running").waitFor();
    await recordStatuses(page, "tr [data-status]");

    gate.open(Infinity);
    await row.getByText("Completed").waitFor();
    assert.deepEqual(await seenStatuses(page), [
      [domIds.taskRow(id), "running"],
      [domIds.taskRow(id), "completed"],
    ]);
  },
);

journey(
  "Task History: new tasks are announced and move no row",
  async (stage) => {
    const before = await runEchoes(stage, 30);
    const page = await stage.open(paths.tasks());
    await mark(page);
    const places = await rowPlaces(page);
    const notice = page.locator(`#${domIds.newTasks}`);

    const newer: string[] = [];
    for (const word of ["1 new task", "2 new tasks", "3 new tasks"]) {
      newer.unshift((await runApp(stage.server, ECHO.name, { said: word })).id);
      await notice.getByText(word, { exact: true }).waitFor();
    }
    assert.deepEqual(await rowPlaces(page), places);

    await notice.getByRole("link").click();
    await shows(page, [...newer, ...before].slice(0, PAGE_SIZE));
    await assertNotReloaded(page);
  },
);

journey(
  "Task History: filters by status and app, alone and together",
  async (stage) => {
    const { server } = stage;
    const echoes = await runEchoes(stage, 3);
    stage.model.answer(words(["Told"]));
    await saveApp(server, TELL);
    const told = await runApp(server, TELL.name, { topic: "filters" });
    await endOfTask(server, told.id);

    const page = await stage.open(paths.tasks());
    await shows(page, [told.id, ...echoes]);
    await page.locator(`#${domIds.taskRow(told.id)}`).getByRole("link", {
      name: TELL.name,
    }).click();
    await shows(page, [told.id]);
    await page.getByRole("link", { name: "Failed", exact: true }).click();
    await page.getByText("No failed tasks of this app").waitFor();
    await page.getByRole("link", { name: "Show all tasks" }).click();
    await shows(page, [told.id, ...echoes]);
  },
);

journey("Task History: tasks are found again after a restart", async (stage) => {
  const { server } = stage;
  const newestFirst = await runEchoes(stage, 3);
  await server.stop();
  await server.start();
  const page = await stage.open(paths.tasks());
  await shows(page, newestFirst);
  await page.locator(`#${domIds.taskRow(newestFirst[2] ?? "")} a`).first().click();
  await waitForOutput(page, "echo", "Echo 1");
});

/** @returns their ids, newest first */
async function runEchoes({ server }: Stage, count: number): Promise<string[]> {
  await saveApp(server, ECHO);
  const ids: string[] = [];
  for (let number = 1; number <= count; number++) {
    ids.unshift(
      (await runApp(server, ECHO.name, { said: `Echo ${number}` })).id,
    );
  }
  for (const id of ids) await endOfTask(server, id);
  return ids;
}

async function pageThrough(
  page: Page,
  newestFirst: readonly string[],
): Promise<void> {
  const pages = [0, 1, 2].map((n) => newestFirst.slice(n * PAGE_SIZE, (n + 1) * PAGE_SIZE));
  await shows(page, pages[0] ?? []);
  await page.getByRole("link", { name: "Next" }).click();
  await shows(page, pages[1] ?? []);
  await page.getByRole("link", { name: "Next" }).click();
  await shows(page, pages[2] ?? []);
  assert.equal(
    await page.getByRole("link", { name: "Next" }).getAttribute("href"),
    null,
  );
  await page.getByRole("link", { name: "Previous" }).click();
  await shows(page, pages[1] ?? []);
}

/** Waits for the first of these tasks, then all rows have to be theirs. */
async function shows(page: Page, taskIds: readonly string[]): Promise<void> {
  await page.locator(`tbody tr:first-child#${domIds.taskRow(taskIds[0] ?? "")}`)
    .waitFor();
  const rows = await page.locator("tbody tr").evaluateAll((all) => all.map(({ id }) => id));
  assert.deepEqual(rows, taskIds.map((id) => domIds.taskRow(id)));
}

function rowPlaces(page: Page): Promise<string[]> {
  return page.locator("tbody tr").evaluateAll((rows) =>
    rows.map((row) => `${row.id} at ${row.getBoundingClientRect().top}`)
  );
}
