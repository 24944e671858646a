import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { paths } from "../../routes/paths.ts";
import { domIds } from "../../views/dom_ids.ts";
import { Gate, refusal, words } from "../helpers/model_server.ts";
import { appId, endOfTask, runApp, saveApp } from "./helpers/api.ts";
import { ECHO, TELL } from "./helpers/apps.ts";
import { assertAccessible } from "./helpers/axe.ts";
import { journey, shot, type Stage } from "./helpers/journey.ts";
import { toggleStep, waitForStatus } from "./helpers/task_page.ts";

const REFUSED = [/status of [45]\d\d/];

const WIDTHS = [1280, 360];
const SCHEMES = ["light", "dark"] as const;

/** A screen in one state: opened, and brought there. */
interface Screen {
  readonly name: string;
  readonly path: string;
  readonly reach?: (page: Page) => Promise<void>;
}

journey("axe finds nothing on the pages of an empty house", async (stage) => {
  const app = await appId(stage.server, "Text brief");
  await inspect(stage, [
    { name: "history-empty", path: paths.tasks() },
    { name: "history-none-match", path: paths.tasks({ status: "failed" }) },
    { name: "playground", path: paths.playground() },
    { name: "playground-chosen", path: paths.playground(app) },
    { name: "playground-no-match", path: `${paths.playground()}?q=nothing+is+named+so` },
    { name: "playground-refused", path: paths.playground(app), reach: refuse },
    { name: "studio", path: paths.studio() },
    { name: "studio-app", path: paths.studioApp(app) },
    { name: "studio-app-reference", path: paths.studioApp(app), reach: press("summary") },
    { name: "studio-deletion", path: paths.studio(), reach: press("details.confirm summary") },
    { name: "studio-app-conflict", path: paths.studioApp(app), reach: conflict(stage) },
    { name: "studio-app-invalid", path: paths.studioApp(app), reach: breakDefinition },
    { name: "api", path: paths.apiDocs(app) },
    { name: "people-none", path: paths.settings.people() },
    { name: "not-found", path: "/nowhere" },
    { name: "task-not-found", path: paths.task("tsk_nowhere") },
  ]);
});

journey("axe finds nothing where there is no app, nor where the server failed", async (stage) => {
  const { server } = stage;
  await deleteApps(server);
  await inspect(stage, [
    { name: "playground-no-apps", path: paths.playground() },
    { name: "studio-no-apps", path: paths.studio() },
  ]);
  await damageApps(server);
  const answer = await fetch(server.origin + paths.playground());
  assert.equal(answer.status, 500);
  await answer.body?.cancel();
  await inspect(stage, [{ name: "fault", path: paths.playground() }]);
});

journey("axe finds nothing on a task in any status, nor on their history", async (stage) => {
  const { server, model } = stage;
  await saveApp(server, ECHO);
  await saveApp(server, TELL);
  const brief = await runApp(server, "Text brief", await briefInputs(server));
  await endOfTask(server, brief.id);
  model.answer(refusal(401, "This key is not known here"));
  const failed = await runApp(server, TELL.name, { topic: "failing" });
  await endOfTask(server, failed.id);
  model.answer(words(["Never told"], { gate: new Gate() }));
  const cancelled = await runApp(server, TELL.name, { topic: "cancelling" });
  await fetch(server.origin + paths.taskCancellation(cancelled.id), { method: "POST" });
  const gate = new Gate();
  gate.open(2);
  model.answer(words(["Half ", "told ", "only"], { gate }));
  const running = await runApp(server, TELL.name, { topic: "running" });

  await inspect(stage, [
    { name: "task-completed", path: paths.task(brief.id), reach: openFirst("Completed") },
    { name: "task-failed", path: paths.task(failed.id), reach: openFirst("Failed") },
    { name: "task-cancelled", path: paths.task(cancelled.id), reach: openFirst("Cancelled") },
    { name: "task-running", path: paths.task(running.id), reach: openTelling },
    { name: "history", path: paths.tasks() },
    { name: "history-app-menu", path: paths.tasks(), reach: press("#app-menu") },
    { name: "history-new-tasks", path: paths.tasks(), reach: announce(stage) },
    { name: "playground-last-runs", path: paths.playground() },
    { name: "studio-last-runs", path: paths.studio() },
  ]);
});

/** Light and dark, a desk and a phone; reduced motion keeps colours still while axe reads them. */
async function inspect(stage: Stage, screens: readonly Screen[]): Promise<void> {
  for (const { name, path, reach } of screens) {
    const page = await stage.open(path, { reducedMotion: "reduce", allows: REFUSED });
    await reach?.(page);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme });
        const what = `${name}-${colorScheme}-${width}`;
        await shot(page, what);
        await assertAccessible(page, what);
        await assertFits(page, what);
        await assertStill(page, what);
      }
    }
    await page.setViewportSize({ width: 1600, height: 900 });
    await shot(page, `${name}-1600`);
    await page.context().close();
  }
}

/** Nothing is wider than the window. */
async function assertFits(page: Page, what: string): Promise<void> {
  const [content, view] = await page.evaluate(
    () => [document.documentElement.scrollWidth, document.documentElement.clientWidth],
  );
  assert(Number(content) <= Number(view), `${what} is ${content} wide in a window of ${view}`);
}

/** Nothing moves for who has asked for that. */
async function assertStill(page: Page, what: string): Promise<void> {
  const moving = await page.evaluate(() =>
    document.getAnimations().filter(({ playState }) => playState === "running").length
  );
  assert.equal(moving, 0, `animations on ${what}`);
}

async function refuse(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.locator(".field-error:visible").first().waitFor();
}

async function breakDefinition(page: Page): Promise<void> {
  await page.locator(`#${domIds.editorDefinition}`).fill('{\n  "inputs": oops\n}');
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.locator(`#${domIds.editorProblems}`).waitFor();
}

function press(selector: string) {
  return (page: Page) => page.locator(selector).first().click();
}

/** Saves the app in another tab before this one. */
function conflict({ open }: Stage) {
  return async (page: Page) => {
    const other = await open(new URL(page.url()).pathname);
    await other.getByLabel("Description").fill("Saved by the other");
    await other.getByRole("button", { name: "Save", exact: true }).click();
    await other.getByText("Saved as version").waitFor();
    await page.getByLabel("Description").fill("Saved too late");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("was saved in the meantime").waitFor();
  };
}

function announce({ server }: Stage) {
  return async (page: Page) => {
    await runApp(server, ECHO.name, { said: "news" });
    await page.getByText("1 new task").waitFor();
  };
}

function openFirst(word: string) {
  return async (page: Page) => {
    await waitForStatus(page, word);
    await toggleStep(page, 1);
  };
}

async function openTelling(page: Page): Promise<void> {
  await waitForStatus(page, "Running");
  await toggleStep(page, 2);
  await page.locator(`#${domIds.stepWritten(2)}`).getByText("Half told").waitFor();
}

async function deleteApps(server: Stage["server"]): Promise<void> {
  for (const name of ["Text brief", "Ask a model", "Draft, critique, improve", "Slow count"]) {
    const url = server.origin + paths.studioAppDeletion(await appId(server, name));
    await (await fetch(url, { method: "POST" })).body?.cancel();
  }
}

/** Leaves something among the apps that no version of Callboard has written. */
async function damageApps(server: Stage["server"]): Promise<void> {
  await server.stop();
  const kv = await Deno.openKv(server.database);
  await kv.set(["app", "app_01kdyak348vpjzxb42jtsw4ck7"], "damaged");
  kv.close();
  await server.start();
}

/** Text for the one long input of Text brief, whatever it is called. */
async function briefInputs(server: Stage["server"]): Promise<Record<string, string>> {
  const id = await appId(server, "Text brief");
  const page = await (await fetch(server.origin + paths.playground(id))).text();
  const name = /<textarea[^>]* name="([^"]+)"/.exec(page)?.[1] ?? "text";
  return { [name]: "Night trains are back. The timetable is the hard part. Slots are rare." };
}
