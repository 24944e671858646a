/** Watches tasks in a browser while the process that started this one moves them on. */
import type { Browser, Page } from "playwright-core";
import { z } from "zod";
import { paths } from "../../routes/paths.ts";
import { launchFound } from "../../tests/browser/helpers/launch_found.ts";
import { domIds } from "../../views/dom_ids.ts";
import { Causes, LiveOrder, type LiveRound } from "../live_report.ts";
import { CLOCK_PATH } from "../wall_clock.ts";
import { compareClocks } from "./clocks.ts";
import { seenBy, watchBareMessages, watchSteps } from "./watch_page.ts";

const order = LiveOrder.parse(JSON.parse(Deno.args[0] ?? ""));
const browser = await launchFound();
try {
  console.log(JSON.stringify(await measure(browser)));
} finally {
  await browser.close();
}

/** One round more than asked for: the first only warms up. */
async function measure(browser: Browser): Promise<LiveRound[]> {
  const bare = await browser.newPage();
  await watchBareMessages(bare);
  await bare.goto(order.bare);
  const page = await browser.newPage();
  await watchSteps(page, Array.from({ length: order.steps }, (_, i) => domIds.step(i + 1)));
  const rounds: LiveRound[] = [];
  for (let count = 0; count <= order.rounds; count++) rounds.push(await measureRound(page, bare));
  return rounds.slice(1);
}

async function measureRound(page: Page, bare: Page): Promise<LiveRound> {
  const round: LiveRound = { shown: [], committed: [], bare: [], clockError: 0 };
  for (let count = 0; count < order.tasksARound; count++) {
    const task = await measureTask(page, bare);
    round.shown.push(...task.shown);
    round.committed.push(...task.committed);
    round.bare.push(...task.bare);
    round.clockError = Math.max(round.clockError, task.clockError);
  }
  return round;
}

async function measureTask(page: Page, bare: Page): Promise<LiveRound> {
  const taskId = await post("");
  await page.goto(order.app + paths.task(taskId));
  await page.waitForFunction(() => Reflect.get(globalThis, "benchIsConnected") === true);
  await bare.reload();
  const causes = Causes.parse(JSON.parse(await post(taskId)));
  const shownAt = await seenBy(page, order.steps);
  const bareAt = await seenBy(bare, order.steps);
  const [pageClock, bareClock] = [
    await compareClocks(page, CLOCK_PATH),
    await compareClocks(bare, CLOCK_PATH),
  ];
  return {
    shown: causes.endedAt.map((at, i) => (shownAt[i] ?? NaN) - pageClock.aheadMs - at),
    committed: causes.committedAt.map((at, i) => at - (causes.endedAt[i] ?? NaN)),
    bare: causes.sentAt.map((at, i) => (bareAt[i] ?? NaN) - bareClock.aheadMs - at),
    clockError: Math.max(pageClock.errorMs, bareClock.errorMs),
  };
}

async function post(path: string): Promise<string> {
  const response = await fetch(`${order.bare}/${path}`, { method: "POST" });
  return z.string().min(1).parse(await response.text());
}
