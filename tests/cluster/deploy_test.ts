import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { ApiClient } from "../helpers/api_client.ts";
import { type CallboardProcess, startCallboard } from "../helpers/callboard_process.ts";
import { startDenokv } from "./helpers/denokv_server.ts";
import { relayApp, relayOutput } from "./helpers/relay_app.ts";
import { createChoices } from "./helpers/seed.ts";
import { startTracedModel } from "./helpers/traced_model.ts";

const TASKS = 6;
/** Deno Deploy gives an instance 5 s to leave; a test shares its machine with others. */
const LEAVE_MS = 10_000;
const MAX_TICKS = 40;
/** How a process ends that is stopped before it listens to signals, and so before it takes a task. */
const UNBEGUN = 130;
const UNSEEN_MS = 300;

Deno.test("as on Deno Deploy: instances stopped at any time, nothing between requests but ticks", async () => {
  const choices = createChoices();
  await using denokv = await startDenokv();
  // An answer takes seconds: instances are stopped in the middle of some.
  await using model = startTracedModel(() => choices.number(200, 700));
  const settings = {
    ...denokv.settings, // In place of the attached database, which only Deno Deploy has.
    DENO_DEPLOYMENT_ID: "emulated",
    ACCESS: "open",
    MODEL_BASE_URL: model.server.baseUrl,
    MODEL: "m",
  };

  /** Stops an instance within the time there is, whatever it does. */
  async function stop(instance: CallboardProcess): Promise<void> {
    const askedAt = performance.now();
    instance.kill("SIGINT");
    const { code, errors } = await instance.ended;
    assert.ok(code === 0 || code === UNBEGUN, errors);
    assert.ok(performance.now() - askedAt < LEAVE_MS, "it leaves in time");
  }

  /** Lets an instance live for up to so long; it may end by itself before. */
  async function live(instance: CallboardProcess, ms: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const isOver = new Promise<false>((resolve) => timer = setTimeout(() => resolve(false), ms));
    const hasEnded = await Promise.race([instance.ended.then(() => true), isOver]);
    clearTimeout(timer);
    if (!hasEnded) await stop(instance);
  }

  async function request<Answer>(ask: (api: ApiClient) => Promise<Answer>): Promise<Answer> {
    await using instance = startCallboard(settings);
    const answer = await ask(new ApiClient(await instance.origin));
    await live(instance, choices.number(0, 300));
    return answer;
  }

  const appId = await request((api) => api.addApp(relayApp({ pause: 4 })));
  const ids = new Map<string, string>();
  for (let i = 0; i < TASKS; i += 2) {
    await request(async (api) => {
      for (const mark of [`task-${i}`, `task-${i + 1}`]) {
        ids.set(mark, await api.start(appId, { mark }));
      }
    });
  }

  let ticks = 0;
  for (let running = TASKS; running > 0 && ticks < MAX_TICKS; ticks++) {
    await using tick = startCallboard(settings, "tests/cluster/helpers/cron_tick.ts");
    tick.origin.catch(() => {}); // It serves nothing.
    await live(tick, choices.number(200, 4_000));
    running = await request(async (api) => {
      const tasks = await Promise.all([...ids.values()].map((taskId) => api.task(taskId)));
      return tasks.filter(({ status }) => status === "running").length;
    });
  }

  await request(async (api) => {
    for (const [mark, taskId] of ids) {
      const task = await api.task(taskId);
      assert.equal(task.status, "completed", `${mark}: ${JSON.stringify(task)}`);
      assert.match(String(task.outputs[0]?.value), relayOutput(mark));
      assert.deepEqual(
        task.steps.map(({ attempt }) => attempt),
        [1, 1, 1, 1],
        "no attempt is lost",
      );
    }
  });
  const overlap = Math.round(model.longestOverlap());
  assert.ok(overlap < UNSEEN_MS, `a step ran twice at once for ${overlap} ms`);
  assert.equal(queued(denokv.file), 0, "Deno KV's own queue is not there");
  const broken = model.requests.filter(({ ending }) => ending === "left").length;
  console.log(
    `${TASKS} tasks in ${ticks} ticks; ${broken} requests were broken off and made again`,
  );
});

/** Messages that were ever put into Deno KV's own queue and not taken out. */
function queued(file: string): number {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const tables = database.prepare("select name from sqlite_master where name like 'queue%'")
      .all();
    assert.ok(tables.length > 0, "there is a queue to look into");
    return tables.reduce((sum, { name }) => {
      const row = database.prepare(`select count(*) as count from "${name}"`).get();
      return sum + Number(row?.count);
    }, 0);
  } finally {
    database.close();
  }
}
