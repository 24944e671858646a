import assert from "node:assert/strict";
import { paths } from "../../routes/paths.ts";
import { domIds } from "../../views/dom_ids.ts";
import { Gate, words } from "../helpers/model_server.ts";
import { runApp, saveApp } from "./helpers/api.ts";
import { TELL } from "./helpers/apps.ts";
import { journey } from "./helpers/journey.ts";
import { toggleStep, waitForStatus } from "./helpers/task_page.ts";

journey(
  "Without JavaScript: the task page refreshes itself until its task has ended",
  async (stage) => {
    const { server, model } = stage;
    const gate = new Gate();
    model.answer(words(["Told ", "slowly"], { gate }));
    await saveApp(server, TELL);
    const { id } = await runApp(server, TELL.name, { topic: "refreshing" });
    const page = await stage.open(paths.task(id), { javaScript: false });
    await waitForStatus(page, "Running");
    await toggleStep(page, 1);
    await page.locator(`#${domIds.step(1)}`).getByText("About refreshing").first().waitFor();
    assert.equal(await page.locator(`#${domIds.runAgainForm}`).count(), 0);

    gate.open(Infinity);
    await waitForStatus(page, "Completed");
    await page.locator(`#${domIds.outputPanel("story")}`).getByText("Told slowly The end.")
      .waitFor();
    assert.equal(await page.locator("noscript meta[http-equiv=refresh]").count(), 0);

    await page.locator(`#${domIds.runAgainForm}`).getByLabel("Topic").fill("again");
    await page.getByRole("button", { name: "Run again" }).click();
    await page.waitForURL((url) => !url.pathname.endsWith(id));
    await waitForStatus(page, "Completed");
  },
);

journey("Without JavaScript: Cancel works, and every output stands on the page", async (stage) => {
  const { server, model } = stage;
  const gate = new Gate();
  model.answer(words(["Told"], { gate }));
  await saveApp(server, TELL);
  const { id } = await runApp(server, TELL.name, { topic: "cancelling" });
  const request = await model.nextRequest();
  const page = await stage.open(paths.task(id), { javaScript: false });
  await page.getByRole("button", { name: "Cancel" }).click();
  await waitForStatus(page, "Cancelled");
  assert.equal(await request.closed, "left");
  assert.equal(await page.getByRole("button", { name: "Cancel" }).count(), 0);
});
