import assert from "node:assert/strict";
import { startCluster } from "./helpers/cluster.ts";
import { startDenokv } from "./helpers/denokv_server.ts";
import { relayApp, relayOutput } from "./helpers/relay_app.ts";
import { createChoices } from "./helpers/seed.ts";
import { startTracedModel } from "./helpers/traced_model.ts";

const TASKS = 60;
const KILLS = 6;
/** A connection that is closed here may be seen to close there a little later. */
const UNSEEN_MS = 300;

Deno.test("three processes share the work while some are killed: each step runs once, each task ends right", async () => {
  const choices = createChoices();
  await using denokv = await startDenokv();
  await using model = startTracedModel(() => choices.number(10, 60));
  const modelUrl = model.server.baseUrl;
  await using cluster = await startCluster({ denokv, modelUrl, size: 3 }, { CONCURRENCY: "6" });
  const [first] = cluster.members;
  assert.ok(first !== undefined);
  const appId = await first.api.addApp(relayApp());

  const marks = Array.from({ length: TASKS }, (_, i) => `task-${i}`);
  const ids = new Map<string, string>();
  for (const mark of marks) {
    ids.set(mark, await choices.pick(cluster.members).api.start(appId, { mark }));
  }
  const ends = new Set<number>();
  for (let kill = 1; kill <= KILLS; kill++) {
    await model.answered(Math.floor((TASKS * 3 * kill) / (KILLS + 2)));
    const signal = kill % 2 === 0 ? "SIGTERM" : "SIGKILL";
    const ending = cluster.end(choices.pick(cluster.members), signal);
    await cluster.add();
    const { code, errors } = await ending;
    if (signal === "SIGTERM") assert.equal(code, 0, errors);
    ends.add(code);
  }

  const begun = performance.now();
  let attempts = 0;
  for (const [mark, taskId] of ids) {
    const task = await choices.pick(cluster.members).api.ended(taskId);
    assert.equal(task.status, "completed", `${mark}: ${JSON.stringify(task.error)}`);
    assert.match(String(task.outputs[0]?.value), relayOutput(mark));
    for (const { attempt } of task.steps) attempts += attempt;
    assertCommittedOnce(mark, task.steps[0]?.output, model.requests);
  }
  const [alive] = cluster.members;
  const list = await (await fetch(`${alive?.api.origin}/tasks?status=running`)).text();
  assert.match(list, /No running tasks/);

  const asked = new Set(model.requests.map(({ model }) => model));
  for (const name of ["process-1", "process-2", "process-3"]) assert.ok(asked.has(name), name);
  const overlap = Math.round(model.longestOverlap());
  assert.ok(overlap < UNSEEN_MS, `a step ran twice at once for ${overlap} ms`);
  console.log(
    `${TASKS} tasks, ${KILLS} processes killed, ${asked.size} took part; ${attempts} attempts of ` +
      `${TASKS * 4} steps, ${model.requests.length} requests; longest overlap ${overlap} ms; ` +
      `all ended ${Math.round(performance.now() - begun)} ms after the last kill`,
  );
});

/** Whoever was given the first step's result was given the one that is kept. */
function assertCommittedOnce(
  mark: string,
  kept: unknown,
  requests: readonly { readonly key: string; readonly prompt: string }[],
): void {
  for (const { key, prompt } of requests) {
    if (key !== `${mark} left` && key !== `${mark} right`) continue;
    assert.ok(prompt.endsWith(` ${kept}`), `${key} was given ${prompt}, kept is ${kept}`);
  }
}
