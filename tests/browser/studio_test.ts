import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { paths } from "../../routes/paths.ts";
import { domIds } from "../../views/dom_ids.ts";
import { appId, runApp, saveApp } from "./helpers/api.ts";
import { ECHO } from "./helpers/apps.ts";
import { journey } from "./helpers/journey.ts";
import { assertNotReloaded, mark, waitForOutput } from "./helpers/task_page.ts";

const REFUSED = [/status of 4(09|22)/];

journey(
  "Studio: Edit in Studio on a task leads to its app, and a save is what the next task runs",
  async (stage) => {
    await saveApp(stage.server, ECHO);
    const { id } = await runApp(stage.server, ECHO.name, { said: "hello" });
    const page = await stage.open(paths.task(id));
    await page.getByRole("link", { name: "Edit in Studio" }).click();
    await page.getByRole("heading", { level: 1, name: ECHO.name }).waitFor();

    await mark(page);
    await replaceInDefinition(page, "{{ inputs.said }}", "{{ inputs.said }}, said twice");
    await save(page);
    await page.getByText("Saved as version 3").waitFor();
    await assertNotReloaded(page);

    await page.getByRole("link", { name: "Run", exact: true }).click();
    await page.getByLabel("Said").fill("hello");
    await page.getByLabel("Said").press("Control+Enter");
    await page.waitForURL(/\/tasks\/tsk_/);
    await waitForOutput(page, "echo", "hello, said twice");
  },
);

for (const javaScript of [true, false]) {
  const where = javaScript ? "in place" : "without JavaScript";
  journey(
    `Studio: JSON that does not parse is said with its line, ${where}, and nothing is lost`,
    async (stage) => {
      const id = await saveApp(stage.server, ECHO);
      const page = await stage.open(paths.studioApp(id), { javaScript, allows: REFUSED });
      const typed = '{\n  "inputs": [],\n  "steps": [ oops ]\n}';
      await definition(page).fill(typed);
      await page.getByLabel("Description").fill("Typed with care");
      await save(page);
      const problems = page.locator(`#${domIds.editorProblems}`);
      await problems.getByText("Line 3").waitFor();
      assert.equal(await definition(page).inputValue(), typed);
      assert.equal(await page.getByLabel("Description").inputValue(), "Typed with care");
    },
  );

  journey(`Studio: a reference to nothing is said with its place, ${where}`, async (stage) => {
    const id = await saveApp(stage.server, ECHO);
    const page = await stage.open(paths.studioApp(id), { javaScript, allows: REFUSED });
    await replaceInDefinition(page, "inputs.said", "inputs.unheard");
    await save(page);
    await page.locator(`#${domIds.editorProblems}`).getByText("unheard").first().waitFor();
    assert.match(await definition(page).inputValue(), /inputs\.unheard/);
  });

  journey(
    `Studio: a save in a second tab meets a conflict that shows both texts, ${where}`,
    async (stage) => {
      const id = await saveApp(stage.server, ECHO);
      const view = { javaScript, allows: REFUSED };
      const first = await stage.open(paths.studioApp(id), view);
      const second = await stage.open(paths.studioApp(id), view);
      await replaceInDefinition(first, "Say it", "Said by the first");
      await save(first);
      await first.getByText("Saved as version").waitFor();
      await replaceInDefinition(second, "Say it", "Said by the second");
      await save(second);
      await second.getByText("was saved in the meantime").waitFor();
      assert.match(await definition(second).inputValue(), /Said by the second/);
      const theirs = second.locator(`#${domIds.editorTheirs}`);
      assert.match(await theirs.inputValue(), /Said by the first/);
      const [mine, other] = [await definition(second).boundingBox(), await theirs.boundingBox()];
      assert.deepEqual([mine?.y, mine?.height], [other?.y, other?.height], "side by side");

      await second.getByRole("button", { name: "Save mine over version" }).click();
      await second.getByText("Saved as version").waitFor();
      const fresh = await stage.open(paths.studioApp(id));
      assert.match(await definition(fresh).inputValue(), /Said by the second/);
    },
  );

  journey(`Studio: create, duplicate and delete, ${where}`, async (stage) => {
    const page = await stage.open(paths.studio(), { javaScript });
    await page.getByRole("button", { name: "New app" }).click();
    await page.waitForURL(/\/studio\/app_/);
    await page.getByLabel("Name").fill("Mine");
    await save(page);
    await page.getByRole("heading", { level: 1, name: "Mine" }).waitFor();
    await page.getByRole("button", { name: "Duplicate" }).click();
    await page.waitForURL((url) => url.pathname !== paths.studio() && /app_/.test(url.pathname));
    await page.getByRole("heading", { level: 1, name: /Mine/ }).waitFor();

    await page.getByRole("link", { name: "Workspaces" }).first().click();
    const rows = page.getByRole("row", { name: /Mine/ });
    await rows.nth(1).waitFor();
    for (let left = 2; left > 0; left--) {
      await rows.first().locator("details.confirm summary").click();
      await rows.first().getByRole("button", { name: "Delete app" }).click();
      await rows.nth(left - 1).waitFor({ state: "detached" });
    }
    await assert.rejects(() => appId(stage.server, "Mine"), /No app is named/);
  });
}

journey("Studio: leaving with unsaved changes asks, after saving it does not", async (stage) => {
  const page = await stage.open(paths.studioApp(await saveApp(stage.server, ECHO)));
  const asked: string[] = [];
  page.on("dialog", (dialog) => void asked.push(dialog.type()));
  await page.getByLabel("Description").fill("Typed and not saved");
  await page.getByRole("link", { name: "Tasks" }).click();
  await page.getByRole("heading", { name: "Task History" }).waitFor();
  assert.deepEqual(asked, ["beforeunload"]);

  await page.goBack();
  await page.getByLabel("Description").fill("Typed and saved");
  await page.keyboard.press("Control+s");
  await page.getByText("Saved as version").waitFor();
  await page.getByRole("link", { name: "Tasks" }).click();
  await page.getByRole("heading", { name: "Task History" }).waitFor();
  assert.deepEqual(asked, ["beforeunload"]);
});

function definition(page: Page) {
  return page.locator(`#${domIds.editorDefinition}`);
}

async function replaceInDefinition(page: Page, before: string, after: string): Promise<void> {
  const text = await definition(page).inputValue();
  assert(text.includes(before), `"${before}" in ${text}`);
  await definition(page).fill(text.replace(before, after));
}

async function save(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Save", exact: true }).click();
}
