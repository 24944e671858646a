import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { paths } from "../../routes/paths.ts";
import { domIds } from "../../views/dom_ids.ts";
import { Gate, words } from "../helpers/model_server.ts";
import { endOfTask, runApp, saveApp } from "./helpers/api.ts";
import { TELL } from "./helpers/apps.ts";
import { journey, type Stage } from "./helpers/journey.ts";
import { startProxy } from "./helpers/proxy.ts";
import { recordStatuses, seenStatuses } from "./helpers/recorder.ts";
import {
  assertNotReloaded,
  assertSameAsFresh,
  mark,
  toggleStep,
  waitForStatus,
  waitForStep,
} from "./helpers/task_page.ts";

const TELLING = 2;
const STORY = ["Night ", "trains ", "arrive ", "late."];
const WHOLE = `${STORY.join("")} The end.`;

/** What a browser logs while a server is away. */
const AWAY = [
  /ERR_CONNECTION_(REFUSED|RESET|CLOSED)|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE_CHUNKED_ENCODING/,
  /network error|Failed to fetch/i,
];

for (const signal of ["SIGKILL", "SIGTERM"] as const) {
  journey(
    `Task page: follows on by itself after ${signal} and a restart in mid-task`,
    async (stage) => {
      const { server, model } = stage;
      const { gate, page } = await openStory(stage, server.origin);
      await recordStatuses(page, "details.step");
      gate.open(2);
      await told(page, "Night trains");
      if (signal === "SIGKILL") await server.kill();
      else await server.stop();
      model.answer(words(STORY));
      await server.start();

      await waitForStatus(page, "Completed");
      await assertNotReloaded(page);
      await shownOnce(page, WHOLE);
      await assertSameAsFresh(page, await stage.open(new URL(page.url()).pathname));
      const begun = (await seenStatuses(page)).filter(([id]) => id === domIds.step(1));
      assert.deepEqual(begun, [[domIds.step(1), "completed"]], "a completed step never runs again");
    },
  );
}

journey("Task page: a lost connection loses nothing and repeats nothing", async (stage) => {
  using proxy = startProxy(stage.server.origin);
  const { gate, page } = await openStory(stage, proxy.origin);
  gate.open(1);
  await told(page, "Night");
  proxy.cut();
  gate.open(1);
  proxy.mend();
  await told(page, "Night trains");
  proxy.cut();
  gate.open(Infinity);
  proxy.mend();

  await waitForStatus(page, "Completed");
  await assertNotReloaded(page);
  await shownOnce(page, WHOLE);
  await assertSameAsFresh(page, await stage.open(new URL(page.url()).pathname));
});

journey("Task page: a first connect that is answered 503 is tried again", async (stage) => {
  const { server, model } = stage;
  const gate = new Gate();
  model.answer(words(STORY, { gate }));
  await saveApp(server, TELL);
  const { id } = await runApp(server, TELL.name, { topic: "night trains" });
  const page = await stage.blank({ allows: [/503/] });
  let refusals = 0;
  await page.route(/\/events/, async (route) => {
    if (refusals++ > 0) return await route.continue();
    await route.fulfill({ status: 503, body: "<h1>Not now</h1>", contentType: "text/html" });
  });
  await page.goto(paths.task(id));
  await mark(page);
  await waitForStep(page, TELLING, "running");
  gate.open(Infinity);
  await waitForStatus(page, "Completed");
  await assertNotReloaded(page);
  assert.equal(await page.getByText("Not now").count(), 0);
  assert(refusals >= 2);
});

journey("Task page: a tab that was hidden shows all of it once when it is back", async (stage) => {
  const { gate, page } = await openStory(stage, stage.server.origin);
  gate.open(1);
  await told(page, "Night");
  await show(page, false);
  gate.open(2);
  await show(page, true);
  await told(page, "Night trains arrive");
  await show(page, false);
  gate.open(Infinity);
  await endOfTask(stage.server, page.url().split("/").at(-1) ?? "");
  await show(page, true);
  await waitForStatus(page, "Completed");
  await shownOnce(page, WHOLE);
  await assertSameAsFresh(page, await stage.open(new URL(page.url()).pathname));
});

journey("Task page: one whose task has ended asks for nothing more", async (stage) => {
  const { server, model } = stage;
  model.answer(words(STORY));
  await saveApp(server, TELL);
  const { id } = await runApp(server, TELL.name, { topic: "silence" });
  const page = await stage.blank();
  await page.clock.install();
  let streams = 0;
  page.on("request", (request) => void (request.url().includes("/events") && streams++));
  await page.goto(paths.task(id));
  await waitForStatus(page, "Completed");
  await page.clock.runFor("05:00");
  assert(streams <= 2, `asked for ${streams} streams`);
});

/** Runs {@link TELL} and opens its page at an origin, with the model's step opened. */
async function openStory({ server, model, blank }: Stage, origin: string) {
  const gate = new Gate();
  model.answer(words(STORY, { gate }));
  await saveApp(server, TELL);
  const { id } = await runApp(server, TELL.name, { topic: "night trains" });
  const page = await blank({ allows: AWAY });
  await page.goto(origin + paths.task(id));
  await mark(page);
  await waitForStep(page, TELLING, "running");
  await toggleStep(page, TELLING);
  return { gate, page };
}

async function told(page: Page, text: string): Promise<void> {
  const region = page.locator(`#${domIds.stepWritten(TELLING)}`);
  await region.filter({ hasText: new RegExp(`^\\s*${text}\\s*$`) }).waitFor();
}

/** Hides the tab, or shows it again, as far as the page can tell. */
async function show(page: Page, isShown: boolean): Promise<void> {
  await page.evaluate((isShown) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => !isShown });
    document.dispatchEvent(new Event("visibilitychange"));
  }, isShown);
}

async function shownOnce(page: Page, text: string): Promise<void> {
  const panel = page.locator(`#${domIds.outputPanel("story")}`);
  const shown = await panel.textContent() ?? "";
  assert.equal(shown.split(text).length - 1, 1, `"${text}" once in "${shown}"`);
}
