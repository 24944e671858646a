import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { paths } from "../../routes/paths.ts";
import { Gate, words } from "../helpers/model_server.ts";
import { runApp, saveApp } from "./helpers/api.ts";
import { ECHO, TELL } from "./helpers/apps.ts";
import { journey } from "./helpers/journey.ts";
import { waitForStatus, waitForStep } from "./helpers/task_page.ts";

journey("Task page: cancelling by keyboard leaves the focus on the heading", async (stage) => {
  const { server, model, open } = stage;
  model.answer(words(["Never"], { gate: new Gate() }));
  await saveApp(server, TELL);
  const { id } = await runApp(server, TELL.name, { topic: "patience" });
  const page = await open(paths.task(id));
  await waitForStep(page, 2, "running");
  const button = page.getByRole("button", { name: "Cancel" });
  await button.focus();
  await page.keyboard.press("Enter");
  await waitForStatus(page, "Cancelled");
  await button.waitFor({ state: "detached" });
  assert.equal(await focused(page), `H1 ${TELL.name}`);
  await page.keyboard.press("Tab");
  assert.equal(await focused(page), "A Run again");
});

journey("Task page: an update leaves the focus of somebody who reads alone", async (stage) => {
  const { server, model, open } = stage;
  const gate = new Gate();
  model.answer(words(["Soon"], { gate }));
  await saveApp(server, TELL);
  const { id } = await runApp(server, TELL.name, { topic: "patience" });
  const page = await open(paths.task(id));
  await waitForStep(page, 2, "running");
  gate.open(Infinity);
  await waitForStatus(page, "Completed");
  assert.equal((await focused(page)).slice(0, 4), "BODY");
});

journey("Task History: showing the new tasks leaves the focus on the heading", async (stage) => {
  const { server, open } = stage;
  await saveApp(server, ECHO);
  await runApp(server, ECHO.name, { said: "first" });
  const page = await open(paths.tasks());
  await runApp(server, ECHO.name, { said: "second" });
  const notice = page.getByRole("link", { name: "1 new task" });
  await notice.focus();
  await page.keyboard.press("Enter");
  await notice.waitFor({ state: "detached" });
  assert.equal(await focused(page), "H1 Task History");
});

/** The element that has the focus, by its name and its words. */
async function focused(page: Page): Promise<string> {
  return await page.evaluate(() => {
    const element = document.activeElement;
    return `${element?.tagName} ${element?.textContent?.trim()}`;
  });
}
