import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { paths } from "../../routes/paths.ts";
import { endOfTask, runApp, saveApp } from "./helpers/api.ts";
import type { AppSource } from "./helpers/apps.ts";
import { journey, type Stage, type View } from "./helpers/journey.ts";

/** As long as a name may be, with no place to break it. */
const NAME = "W".repeat(80);

/** Everything that has a name has one that does not break. */
const UNBROKEN: AppSource = {
  name: NAME,
  description: "d".repeat(300),
  inputs: [
    { name: "line", label: NAME, type: "text", help: "h".repeat(300) },
    { name: "choice", label: NAME, type: "select", options: [NAME, "short"], required: true },
    { name: "tick", label: NAME, type: "checkbox", help: "h".repeat(300) },
  ],
  steps: [
    { id: "first", name: NAME, kind: "template", config: { text: "{{ inputs.line }}" } },
    { id: "second", name: NAME, kind: "template", config: { text: NAME } },
    { id: "last", name: NAME, kind: "template", config: { text: "{{ steps.second.output }}" } },
  ],
  outputs: [
    { name: "text", label: NAME, type: "text", template: "{{ steps.first.output }}" },
    { name: "data", label: NAME, type: "json", template: `{"${NAME}": "${NAME}"}` },
  ],
};

journey("No name makes a page scroll sideways", async (stage) => {
  const app = await saveApp(stage.server, UNBROKEN);
  const { id } = await runApp(stage.server, NAME, { line: "v".repeat(400), choice: NAME });
  await endOfTask(stage.server, id);
  const urls = [
    paths.playground(),
    paths.playground(app),
    paths.tasks(),
    paths.task(id),
    paths.studio(),
    paths.studioApp(app),
  ];
  for (const width of [1280, 768, 360]) await lookAt(stage, urls, { width });
  await lookAt(stage, [paths.task(id)], { width: 360, javaScript: false });
});

journey("No problem of a definition makes the editor scroll sideways", async (stage) => {
  const app = await saveApp(stage.server, UNBROKEN);
  const page = await stage.open(paths.studioApp(app), { width: 360, allows: [/status of 422/] });
  await page.locator("[name=definition]").fill(`{"inputs": [], "steps": "${NAME}"}`);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Not saved").waitFor();
  assert.equal(await excessWidth(page), 0);
});

journey("Task History: the menu of apps stays on the screen", async (stage) => {
  await saveApp(stage.server, UNBROKEN);
  await runApp(stage.server, NAME, { choice: NAME });
  for (const width of [1280, 600, 360]) {
    const page = await stage.open(paths.tasks(), { width });
    await page.locator(".menu summary").click();
    const list = page.locator(".menu-list");
    const box = await list.boundingBox();
    assert(box !== null, "it opens");
    assert.ok(box.x >= 0 && box.x + box.width <= width, `${JSON.stringify(box)} at ${width} px`);
    assert.equal(await list.evaluate((each) => each.scrollWidth - each.clientWidth), 0);
  }
});

async function lookAt(stage: Stage, urls: readonly string[], view: View): Promise<void> {
  const page = await stage.blank(view);
  for (const url of urls) {
    await page.goto(url);
    assert.equal(await excessWidth(page), 0, `${url} is wider than ${view.width} px`);
    assert.equal(await hiddenPart(page), 0, `${url} has a part that scrolls at ${view.width} px`);
  }
}

/** Pixels by which the page is wider than its window. */
function excessWidth(page: Page): Promise<number> {
  return page.evaluate(() =>
    document.documentElement.scrollWidth - document.documentElement.clientWidth
  );
}

/** Pixels of the run form that its own column hides. */
function hiddenPart(page: Page): Promise<number> {
  return page.evaluate(() => {
    const side = document.querySelector(".split-side");
    return side === null ? 0 : side.scrollWidth - side.clientWidth;
  });
}
