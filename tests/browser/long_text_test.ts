import assert from "node:assert/strict";
import { paths } from "../../routes/paths.ts";
import { domIds } from "../../views/dom_ids.ts";
import { words } from "../helpers/model_server.ts";
import { endOfTask, runApp, saveApp } from "./helpers/api.ts";
import { ECHO, TELL } from "./helpers/apps.ts";
import { journey } from "./helpers/journey.ts";
import { contentOf, toggleStep, waitForStatus } from "./helpers/task_page.ts";

/** Two million characters, every line another, with curly quotes that take three bytes each. */
const PIECES = Array.from(
  { length: 500 },
  (_, piece) =>
    Array.from(
      { length: 40 },
      (_, line) => `Line ${piece * 40 + line} says “${"night train ".repeat(7)}”\n`,
    ).join(""),
);

/** A page is to stay light however long the texts are. */
const MAX_PAGE_CHARACTERS = 500_000;

journey(
  "Task page: an answer of 2 MB streams, is shown in part and downloaded whole",
  async (stage) => {
    const { server, model } = stage;
    model.answer(words(PIECES));
    await saveApp(server, TELL);
    const { id } = await runApp(server, TELL.name, { topic: "length" });
    const page = await stage.open(paths.task(id));
    await toggleStep(page, 2);
    await endOfTask(server, id);
    await waitForStatus(page, "Completed");
    const panel = page.locator(`#${domIds.outputPanel("story")}`);
    await panel.getByText("Copy and Download give all of it").waitFor();
    const { text } = await contentOf(page);
    assert(text.length < MAX_PAGE_CHARACTERS, `The page holds ${text.length} characters`);

    const whole = `${PIECES.join("")} The end.`;
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      panel.getByRole("link", { name: "Download" }).click(),
    ]);
    assert(await Deno.readTextFile(await download.path()) === whole, "The download differs");
    await panel.getByRole("button", { name: "Copy" }).click();
    await panel.getByText("Copied").waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert(copied === whole, "What was copied differs");
  },
);

journey("Playground: a field of many lines is laid out as one paragraph", async (stage) => {
  const app = await saveApp(stage.server, ECHO);
  const page = await stage.open(paths.playground(app));
  const field = page.locator("textarea");
  await field.fill("مرحبا");
  const style = await field.evaluate((each) => {
    const { unicodeBidi, direction } = getComputedStyle(each);
    return { unicodeBidi, direction };
  });
  // With "plaintext" Chromium stands still over a million characters.
  assert.deepEqual(style, { unicodeBidi: "isolate", direction: "rtl" });
});
