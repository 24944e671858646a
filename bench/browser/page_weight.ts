/** Weighs the first load of task pages, as the process that started this one asked. */
import type { Browser } from "playwright-core";
import { z } from "zod";
import { textBrief } from "../../executor/apps/text_brief.ts";
import { paths } from "../../routes/paths.ts";
import { endOfTask, readTask, runApp, saveApp } from "../../tests/browser/helpers/api.ts";
import type { AppSource } from "../../tests/browser/helpers/apps.ts";
import { launchFound } from "../../tests/browser/helpers/launch_found.ts";
import { type Server, startServer } from "../../tests/browser/helpers/server.ts";
import { ARTICLE } from "../../tests/executor/steps/article.ts";
import type { PageWeight, WeightReport } from "../weight_report.ts";
import { weighLoad } from "./wire.ts";

/** Text brief, and then a step that does not end while it is looked at. */
const LASTING_BRIEF: AppSource = {
  ...textBrief,
  name: "Lasting brief",
  steps: [...textBrief.steps, {
    id: "pause",
    name: "Wait",
    kind: "wait",
    config: { seconds: "3600" },
    needs: textBrief.steps.map(({ id }) => id),
  }],
};
const POLL_MS = 50;

const loads = z.int().parse(JSON.parse(Deno.args[0] ?? ""));
const browser = await launchFound();
try {
  await using server = await startServer();
  console.log(JSON.stringify(await report(server)));
} finally {
  await browser.close();
}

async function report(server: Server): Promise<WeightReport> {
  const completed = await runApp(server, textBrief.name, { text: ARTICLE });
  const { status } = await endOfTask(server, completed.id);
  if (status !== "completed") throw new Error(`Cannot weigh a page: its task is "${status}"`);
  await saveApp(server, LASTING_BRIEF);
  const running = await runApp(server, LASTING_BRIEF.name, { text: ARTICLE });
  await untilOneIsLeft(server, running.id);
  return {
    completed: await weigh(browser, server.origin + paths.task(completed.id)),
    running: await weigh(browser, server.origin + paths.task(running.id)),
  };
}

async function weigh(browser: Browser, url: string): Promise<PageWeight[]> {
  const weights: PageWeight[] = [];
  for (let count = 0; count < loads; count++) weights.push(await weighLoad(browser, url));
  return weights;
}

async function untilOneIsLeft(server: Server, taskId: string): Promise<void> {
  for (;;) {
    const { status, steps } = await readTask(server, taskId);
    if (status !== "running") throw new Error(`Cannot weigh a page: its task is "${status}"`);
    const left = steps.filter((step) => step.status !== "completed");
    if (left.length === 1 && left[0]?.status === "running") return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
