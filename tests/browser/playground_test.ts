import { Buffer } from "node:buffer";
import assert from "node:assert/strict";
import { paths } from "../../routes/paths.ts";
import { domIds } from "../../views/dom_ids.ts";
import { appId, saveApp } from "./helpers/api.ts";
import { type AppSource, ECHO, TELL } from "./helpers/apps.ts";
import { journey } from "./helpers/journey.ts";
import { assertNotReloaded, mark, waitForOutput, waitForStatus } from "./helpers/task_page.ts";

/** A field of every type, some with limits. */
const SURVEY: AppSource = {
  name: "Survey",
  description: "Asks for one of each.",
  inputs: [
    { name: "title", label: "Title", type: "text", required: true, maxLength: 20 },
    { name: "body", label: "Body", type: "multiline", default: "A body" },
    { name: "count", label: "Count", type: "number", min: 1, max: 10, default: 3 },
    { name: "tone", label: "Tone", type: "select", options: ["Warm", "Cool"], default: "Warm" },
    { name: "link", label: "Link", type: "url" },
    { name: "loud", label: "Loud", type: "checkbox" },
  ],
  steps: [
    {
      id: "say",
      name: "Say it",
      kind: "template",
      config: { text: "{{ inputs.title }}|{{ inputs.count }}|{{ inputs.tone }}|{{ inputs.loud }}" },
    },
  ],
  outputs: [{ name: "all", label: "All", type: "text", template: "{{ steps.say.output }}" }],
};

const REFUSED = [/status of 422/];

journey("Playground: the search narrows the cards as one types", async ({ open }) => {
  const page = await open(paths.playground());
  const names = page.locator(".app-name");
  assert(await names.count() >= 4);
  await mark(page);
  await page.getByRole("searchbox", { name: "Search apps" }).fill("brief");
  await page.getByText("Slow count").waitFor({ state: "detached" });
  assert.deepEqual(await names.allInnerTexts(), ["Text brief"]);
  await page.getByRole("searchbox", { name: "Search apps" }).fill("no app is named so");
  await page.getByText("No app matches").waitFor();
  await page.getByRole("link", { name: "Show all apps" }).click();
  await page.getByText("Slow count").waitFor();
});

journey(
  "Playground: choosing an app by keyboard shows its form without a reload",
  async (stage) => {
    await saveApp(stage.server, ECHO);
    const page = await stage.open(paths.playground());
    await mark(page);
    await page.getByRole("link", { name: ECHO.name }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: ECHO.name }).waitFor();
    await page.getByLabel("Said").fill("first line");
    await page.getByLabel("Said").press("Enter");
    await page.keyboard.type("second line");
    await assertNotReloaded(page);
    await page.keyboard.press("Control+Enter");
    await page.waitForURL(/\/tasks\/tsk_/);
    await waitForStatus(page, "Completed");
    await waitForOutput(page, "echo", "second line");
  },
);

journey("Playground: Enter runs from a single-line field", async (stage) => {
  const page = await stage.open(paths.playground(await saveApp(stage.server, SURVEY)));
  await page.getByLabel("Title").fill("Hello");
  await page.getByLabel("Title").press("Enter");
  await page.waitForURL(/\/tasks\/tsk_/);
  await waitForOutput(page, "all", "Hello|3|Warm|false");
});

for (const javaScript of [true, false]) {
  const where = javaScript ? "in place" : "without JavaScript";
  journey(
    `Playground: wrong fields are said at the field, ${where}, and what was typed stays`,
    async (stage) => {
      const id = await saveApp(stage.server, SURVEY);
      const page = await stage.open(paths.playground(id), { javaScript, allows: REFUSED });
      if (javaScript) await mark(page);
      await page.getByLabel("Title").fill("This title is longer than twenty");
      await page.getByLabel("Count").fill("eleven");
      await page.getByLabel("Body").fill("Typed with care");
      await page.getByLabel("Loud").check();
      await page.getByRole("button", { name: "Run" }).click();

      await page.locator(`#${domIds.fieldError("title")}`).waitFor();
      await page.locator(`#${domIds.fieldError("count")}`).getByText("eleven").waitFor();
      assert.equal(await page.getByLabel("Body").inputValue(), "Typed with care");
      assert.equal(await page.getByLabel("Count").inputValue(), "eleven");
      assert(await page.getByLabel("Loud").isChecked());
      assert.equal(await page.getByLabel("Title").getAttribute("aria-invalid"), "true");
      if (javaScript) await assertNotReloaded(page);

      await page.getByLabel("Title").fill("Short");
      await page.getByLabel("Count").fill("7");
      await page.getByRole("button", { name: "Run" }).click();
      await page.waitForURL(/\/tasks\/tsk_/);
      await waitForOutput(page, "all", "Short|7|Warm|true");
    },
  );
}

journey("Playground: a query prefills the fields it names", async (stage) => {
  const id = await saveApp(stage.server, SURVEY);
  const page = await stage.open(`${paths.playground(id)}&title=Given&tone=Cool&count=5&loud=true`);
  assert.equal(await page.getByLabel("Title").inputValue(), "Given");
  assert.equal(await page.getByLabel("Tone").inputValue(), "Cool");
  assert.equal(await page.getByLabel("Count").inputValue(), "5");
  assert(await page.getByLabel("Loud").isChecked());
  assert.equal(await page.getByLabel("Body").inputValue(), "A body");
});

journey("Playground without JavaScript: choose, search and run", async (stage) => {
  await saveApp(stage.server, TELL);
  const page = await stage.open(paths.playground(), { javaScript: false });
  await page.getByRole("searchbox", { name: "Search apps" }).fill("Tell");
  await page.getByRole("searchbox", { name: "Search apps" }).press("Enter");
  await page.getByRole("link", { name: "Slow count" }).waitFor({ state: "detached" });
  await page.getByRole("link", { name: TELL.name, exact: true }).click();
  await page.getByLabel("Topic").fill("forms");
  await page.getByRole("button", { name: "Run" }).click();
  await page.waitForURL(/\/tasks\/tsk_/);
  assert.equal(typeof await appId(stage.server, TELL.name), "string");
});

const READER: AppSource = {
  name: "Reader",
  description: "Reads a file.",
  inputs: [{ name: "notes", label: "Notes", type: "file", required: true }],
  steps: [{ id: "say", name: "Say it", kind: "template", config: { text: "{{ inputs.notes }}" } }],
  outputs: [{ name: "all", label: "All", type: "text", template: "{{ steps.say.output }}" }],
};

journey("Playground: a file that is chosen is read, and run again as its text", async (stage) => {
  const id = await saveApp(stage.server, READER);
  const page = await stage.open(paths.playground(id));
  await page.locator("#field-notes").setInputFiles({
    name: "notes.md",
    mimeType: "text/markdown",
    buffer: Buffer.from("line one\nhé"),
  });
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await waitForStatus(page, "Completed");
  await waitForOutput(page, "all", "line one");
  const text = page.getByLabel("Text of Notes");
  assert.equal(await text.inputValue(), "line one\nhé");
  await text.fill("changed");
  await page.getByRole("button", { name: "Run again", exact: true }).click();
  await waitForOutput(page, "all", "changed");
});
