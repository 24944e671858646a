import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { paths } from "../../routes/paths.ts";
import { domIds } from "../../views/dom_ids.ts";
import { Gate, words } from "../helpers/model_server.ts";
import { runApp, saveApp } from "./helpers/api.ts";
import { TELL } from "./helpers/apps.ts";
import { journey } from "./helpers/journey.ts";
import { waitForOutput, waitForStatus, waitForStep } from "./helpers/task_page.ts";

for (const width of [1600, 768, 360]) {
  journey(`Task page: its steps stay where they are when it ends, ${width} wide`, async (stage) => {
    const { server, model, open } = stage;
    const gate = new Gate();
    model.answer(words(["Once"], { gate }));
    await saveApp(server, TELL);
    const { id } = await runApp(server, TELL.name, { topic: "moving" });
    const page = await open(paths.task(id), { width });
    await waitForStep(page, 2, "running");
    const before = await places(page);
    gate.open(Infinity);
    await waitForStatus(page, "Completed");
    await waitForOutput(page, "story", "Once The end.");
    assert.deepEqual(await places(page), before);
  });
}

/** How far from the page's top each of its unmoving parts begins. */
async function places(page: Page): Promise<Record<string, number | undefined>> {
  const ids = [domIds.taskActions, domIds.stepsHead, ...[1, 2, 3].map(domIds.step)];
  const boxes = await Promise.all(ids.map((id) => page.locator(`#${id}`).boundingBox()));
  return Object.fromEntries(ids.map((id, index) => [id, boxes[index]?.y]));
}
