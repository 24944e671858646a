import assert from "node:assert/strict";
import { startCluster } from "./helpers/cluster.ts";
import { startDenokv } from "./helpers/denokv_server.ts";
import { relayApp, relayOutput } from "./helpers/relay_app.ts";
import { createChoices } from "./helpers/seed.ts";
import { startTracedModel } from "./helpers/traced_model.ts";

const OUTAGES = 4;
const TASKS_EACH = 8;
/** The last outage is longer than a lease. */
const LONG_MS = 11_000;
const UNSEEN_MS = 300;

Deno.test("the database service dies and comes back: nothing lost, nothing twice, nobody falls", async () => {
  const choices = createChoices();
  await using denokv = await startDenokv();
  await using model = startTracedModel(() => choices.number(10, 80));
  const modelUrl = model.server.baseUrl;
  await using cluster = await startCluster({ denokv, modelUrl, size: 2 });
  const origins = cluster.members.map(({ api }) => api.origin);
  const appId = await choices.pick(cluster.members).api.addApp(relayApp());
  const ids = new Map<string, string>();

  for (let outage = 1; outage <= OUTAGES; outage++) {
    const marks = Array.from({ length: TASKS_EACH }, (_, i) => `task-${outage}-${i}`);
    const accepted = marks.map(async (mark) => {
      ids.set(mark, await choices.pick(cluster.members).api.start(appId, { mark }));
    });
    await model.answered(model.requests.length + choices.number(1, 3));
    await denokv.kill();
    const late = `late-${outage}`;
    const waiting = choices.pick(cluster.members).api.start(appId, { mark: late });
    for (const origin of origins) assert.equal(await healthOf(origin), 503);
    if (outage === OUTAGES) await new Promise((resolve) => setTimeout(resolve, LONG_MS));
    await denokv.start();
    ids.set(late, await waiting);
    await Promise.all(accepted);
    for (const origin of origins) await untilWell(origin);
  }

  const begun = performance.now();
  for (const [mark, taskId] of ids) {
    const task = await choices.pick(cluster.members).api.ended(taskId);
    assert.equal(task.status, "completed", `${mark}: ${JSON.stringify(task.error)}`);
    assert.match(String(task.outputs[0]?.value), relayOutput(mark));
  }
  const overlap = Math.round(model.longestOverlap());
  assert.ok(overlap < UNSEEN_MS, `a step ran twice at once for ${overlap} ms`);
  const [list] = await Promise.all(origins.map((origin) => tasksOf(origin)));
  assert.equal(list, ids.size, "each was accepted once");
  console.log(
    `${ids.size} tasks, ${OUTAGES} outages, one of ${LONG_MS} ms: ${model.requests.length} ` +
      `requests for ${ids.size * 3} steps, longest overlap ${overlap} ms, ` +
      `all ended ${Math.round(performance.now() - begun)} ms after the last`,
  );
});

async function healthOf(origin: string): Promise<number> {
  const response = await fetch(`${origin}/healthz`);
  await response.body?.cancel();
  return response.status;
}

async function untilWell(origin: string): Promise<void> {
  while (await healthOf(origin) !== 200) await new Promise((resolve) => setTimeout(resolve, 100));
}

/** How many tasks the history has. */
async function tasksOf(origin: string): Promise<number> {
  const page = await (await fetch(`${origin}/tasks?limit=100`)).text();
  return [...page.matchAll(/id="row-tsk_/g)].length;
}
