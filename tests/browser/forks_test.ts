import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { paths } from "../../routes/paths.ts";
import { domIds } from "../../views/dom_ids.ts";
import { Gate, words } from "../helpers/model_server.ts";
import { endOfTask, runApp, saveApp, saveNext } from "./helpers/api.ts";
import { type AppSource, TELL } from "./helpers/apps.ts";
import { journey, shot, type Stage, type View } from "./helpers/journey.ts";
import { assertSameAsFresh, stepAt, toggleStep, waitForStatus } from "./helpers/task_page.ts";

/** Two model steps in a row, so that running the second again spares the first. */
const TWICE: AppSource = {
  ...TELL,
  name: "Twice",
  steps: [
    { id: "tell", name: "Tell it", kind: "generate", config: { prompt: "{{ inputs.topic }}" } },
    {
      id: "retell",
      name: "Tell it again",
      kind: "generate",
      config: { prompt: "Once more: {{ steps.tell.output }}" },
    },
  ],
  outputs: [{ name: "story", label: "Story", type: "text", template: "{{ steps.retell.output }}" }],
};

/** A task of the app that has completed, on its page. */
async function completed({ server, model, open }: Stage, view: View = {}) {
  model.answer(words(["Told ", "once"]));
  const appId = await saveApp(server, TWICE);
  const { id } = await runApp(server, TWICE.name, { topic: "forks" });
  await endOfTask(server, id);
  return { appId, id, page: await open(paths.task(id), view) };
}

async function atOther(page: Page, id: string): Promise<void> {
  await page.waitForURL((url) => /^\/tasks\/tsk_/.test(url.pathname) && !url.pathname.endsWith(id));
}

journey("Run from here goes to a fork that copies the steps before", async (stage) => {
  const { id, page } = await completed(stage);
  assert.equal(stage.model.requests.length, 2);
  await toggleStep(page, 2);
  await shot(page, "fork-parent");
  await stepAt(page, 2).getByRole("button", { name: "Run from here" }).click();
  await atOther(page, id);
  await waitForStatus(page, "Completed");
  assert.equal(stage.model.requests.length, 3, "the first step was not asked for again");
  const from = page.locator(`#${domIds.taskForkedFrom}`);
  assert.match(
    await from.innerText(),
    /^Forked from\s+tsk_\w+\s+\w+\s+at step “Tell it again”: 1 step copied, saved .+ and \d+ tokens?\.$/,
  );
  await stepAt(page, 1).getByText("copied", { exact: true }).waitFor();
  await toggleStep(page, 1);
  await stepAt(page, 1).getByText("Copied from").waitFor();
  await shot(page, "fork");
  await assertSameAsFresh(page, await stage.open(new URL(page.url()).pathname));
  const forkId = page.url().split("/").at(-1) ?? "";
  await from.getByRole("link").click();
  await page.waitForURL(`**${paths.task(id)}`);
  const forks = page.locator(`#${domIds.taskForks}`);
  await forks.getByText("At step “Tell it again”").waitFor();
  assert.equal(await forks.getByRole("link").getAttribute("href"), paths.task(forkId));
});

journey("Run from here makes one task of a double click", async (stage) => {
  const { id, page } = await completed(stage);
  await toggleStep(page, 2);
  await stepAt(page, 2).getByRole("button", { name: "Run from here" }).dblclick();
  await atOther(page, id);
  await page.goto(paths.task(id));
  assert.equal(await page.locator(`#${domIds.taskForks}`).getByRole("link").count(), 1);
});

journey("Run from here works without JavaScript", async (stage) => {
  const { id, page } = await completed(stage, { javaScript: false });
  await toggleStep(page, 2);
  await stepAt(page, 2).getByRole("button", { name: "Run from here" }).click();
  await atOther(page, id);
  await waitForStatus(page, "Completed");
  assert.match(await page.locator(`#${domIds.taskForkedFrom}`).innerText(), /1 step copied/);
});

journey("Run again offers both versions when the app has moved on", async (stage) => {
  const { appId, id, page } = await completed(stage);
  const again = page.locator(`#${domIds.runAgain}`);
  assert.equal(await again.getByRole("button", { name: "Same inputs" }).count(), 0);
  const [first] = TWICE.steps;
  await saveNext(stage.server, { appId, version: 2 }, {
    ...TWICE,
    steps: first ? [first] : [],
    outputs: [],
  });
  await page.reload();
  await toggleStep(page, 1);
  for (const version of [2, 3]) {
    await stepAt(page, 1).getByRole("button", { name: `Run from here, version ${version}` })
      .waitFor();
  }
  await toggleStep(page, 2);
  assert.equal(await stepAt(page, 2).getByRole("button", { name: "Run from here" }).count(), 1);
  await shot(page, "fork-versions");
  await again.getByRole("button", { name: "Same inputs, version 2" }).click();
  await atOther(page, id);
  await waitForStatus(page, "Completed");
  assert.match(await page.locator(`#${domIds.taskForkedFrom}`).innerText(), /as a whole\.$/);
  assert.match(await page.locator(`#${domIds.taskFacts}`).innerText(), /App version\s+2/);
});

journey("Run from here says below the button why it cannot", async (stage) => {
  const { appId, page } = await completed(stage, { allows: [/422/] });
  const tone = { name: "tone", label: "Tone", type: "text", required: true } as const;
  const inputs = [...TWICE.inputs ?? [], tone];
  await saveNext(stage.server, { appId, version: 2 }, { ...TWICE, inputs });
  await toggleStep(page, 2);
  const button = stepAt(page, 2).getByRole("button", { name: "Run from here" });
  await button.click();
  await stepAt(page, 2).getByText("The inputs do not fit version 3 of the app").waitFor();
  await shot(page, "fork-refused");
  assert.ok(await button.isEnabled());
});

journey("Run from here and Cancel say so when Callboard does not answer", async (stage) => {
  const { server, model, open } = stage;
  const allows = [/ERR_FAILED/, /Failed to fetch/];
  const { id, page } = await completed(stage, { allows });
  await toggleStep(page, 2);
  await page.route(`**${paths.taskForks(id)}`, (route) => route.abort());
  const button = stepAt(page, 2).getByRole("button", { name: "Run from here" });
  await button.click();
  await stepAt(page, 2).getByText("Callboard did not answer. Try again.").waitFor();
  assert.ok(await button.isEnabled());

  model.answer(words(["Never"], { gate: new Gate() }));
  const running = await runApp(server, TWICE.name, { topic: "forks" });
  const other = await open(paths.task(running.id), { allows });
  await other.route(`**${paths.taskCancellation(running.id)}`, (route) => route.abort());
  await other.getByRole("button", { name: "Cancel" }).click();
  await other.locator(`#${domIds.notice}`).getByText("Callboard did not answer.").waitFor();
});
