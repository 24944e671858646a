import assert from "node:assert/strict";
import { openKv, type TaskJson } from "../../executor/mod.ts";
import { ApiClient } from "../helpers/api_client.ts";
import { startCallboard } from "../helpers/callboard_process.ts";
import { assertSound } from "../helpers/database_check.ts";
import { definitionOf, inARow, outputOf } from "../helpers/definitions.ts";
import {
  type ModelServer,
  type Reply,
  silence,
  startModelServer,
  words,
} from "../helpers/model_server.ts";
import { seededTest } from "../helpers/seed.ts";

/** 20 s are promised, and about 10 taken; a test shares its machine with others. */
const RECOVERY_MS = 40_000;
const STEPS = ["a", "b", "c"] as const;

/**
 * Where the process dies: before the service that a step asks has done anything, when it has and
 * has not answered, and when its answer is kept. `asked`: whose request shows that it is there.
 */
const MOMENTS = [
  { name: "before the side effect", asked: "b", isDone: false },
  { name: "after the side effect", asked: "b", isDone: true },
  { name: "after the commit", asked: "c", isDone: false },
] as const;
type Moment = typeof MOMENTS[number];

seededTest(
  "kill -9 in a step, before its side effect, after it, after the commit: the task ends right, each effect once",
  async ({ report }) => {
    const crashes = await Promise.all(MOMENTS.map(crash));
    const seconds = crashes.map(({ recoveryMs }) => (recoveryMs / 1_000).toFixed(1)).join(", ");
    const effects = crashes.reduce((sum, { effects }) => sum + effects, 0);
    const requests = crashes.reduce((sum, { requests }) => sum + requests, 0);
    report(
      `fault 1: ${crashes.length} kills, ${crashes.length} tasks right, ended after ${seconds} s; ` +
        `${requests} requests for ${effects} side effects, 0 done twice, 0 kept steps run again`,
    );
  },
);

Deno.test("kill -9 again and again: every accepted task ends right, once", async () => {
  const folder = await Deno.makeTempDir();
  {
    const settings = { KV_PATH: `${folder}/kv.db`, CONCURRENCY: "8" };
    const accepted: string[] = [];
    let appId = "";
    for (let life = 0; life < 2; life++) {
      await using callboard = startCallboard(settings);
      const api = new ApiClient(await callboard.origin);
      appId ||= await api.appId("Slow count");
      for (let i = 0; i < 20; i++) accepted.push(await api.start(appId, { seconds: 0.3 }));
      // In the middle of them: some have ended, some wait, some are queued.
      await api.ended(accepted[life * 20 + 5] ?? "");
      callboard.kill("SIGKILL");
      await callboard.ended;
    }
    await using last = startCallboard(settings);
    const api = new ApiClient(await last.origin);
    const start = performance.now();
    const tasks = await Promise.all(accepted.map((taskId) => api.ended(taskId)));
    assert.ok(performance.now() - start < RECOVERY_MS);
    for (const task of tasks) {
      assert.equal(task.status, "completed", task.error?.message);
      assert.equal(task.progress.completed, task.steps.length);
      assert.match(JSON.stringify(task.outputs), /One, two, three, four/i);
    }
    const count = await (await fetch(`${api.origin}/tasks?status=running`)).text();
    assert.match(count, /No running tasks/);
  }
  await Deno.remove(folder, { recursive: true });
});

async function crash(moment: Moment) {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/kv.db`;
  const service = startService(moment);
  try {
    const settings = { KV_PATH: path, MODEL_BASE_URL: service.baseUrl, MODEL: "small" };
    const { taskId, before } = await untilKilled(settings, service, moment);
    const killedAt = performance.now();
    await using second = startCallboard(settings);
    const task = await new ApiClient(await second.origin).ended(taskId);
    const recoveryMs = performance.now() - killedAt;
    second.kill("SIGTERM");
    assert.equal((await second.ended).code, 0);

    const { name, asked } = moment;
    assert.ok(recoveryMs < RECOVERY_MS, `${name}: it took ${Math.round(recoveryMs)} ms`);
    assert.equal(task.status, "completed", task.error?.message);
    const kept = STEPS.indexOf(asked);
    assert.deepEqual(task.steps.slice(0, kept), before.steps.slice(0, kept), name);
    assert.deepEqual(
      task.steps.map(({ attempt }) => attempt),
      STEPS.map((id) => id === asked ? 2 : 1),
      name,
    );
    assert.deepEqual(
      task.outputs.map(({ value }) => value),
      STEPS.map((id) => service.effects.get(`${taskId}.${id}`)),
      name,
    );
    assert.deepEqual(
      service.asked,
      STEPS.flatMap((id) => id === asked ? [id, id] : [id]),
      `${name}: what is kept is asked for no more`,
    );
    const opened = await openKv(path);
    await assertSound(opened.kv, { now: Date.now(), isAtRest: true });
    opened.close();
    return { recoveryMs, effects: service.effects.size, requests: service.asked.length };
  } finally {
    await service.close();
    await Deno.remove(folder, { recursive: true });
  }
}

/** The first process, which dies where it is to. */
async function untilKilled(
  settings: Readonly<Record<string, string>>,
  service: Service,
  { asked }: Moment,
): Promise<{ readonly taskId: string; readonly before: TaskJson }> {
  await using first = startCallboard(settings);
  const api = new ApiClient(await first.origin);
  const steps = inARow(...STEPS).map((step) => ({
    ...step,
    kind: "generate",
    config: { prompt: `Do ${step.id}` },
  }));
  const outputs = STEPS.map((id) => outputOf(id));
  const taskId = await api.start(await api.addApp(definitionOf({ steps, outputs })), {});
  await service.arrived;
  const before = await api.task(taskId);
  assert.equal(before.steps[STEPS.indexOf(asked)]?.status, "running");
  first.kill("SIGKILL");
  await first.ended;
  return { taskId, before };
}

interface Service extends ModelServer {
  /** What it did, by idempotency key: for one key it never does anything twice. */
  readonly effects: ReadonlyMap<string, string>;
  /** The steps that asked it, in order. */
  readonly asked: readonly string[];
  /** Resolves when the request came at which the process is to die. */
  readonly arrived: Promise<void>;
}

function startService(moment: Moment): Service {
  const effects = new Map<string, string>();
  const asked: string[] = [];
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
  let isKilled = false;
  const reply: Reply = async (request, raw) => {
    const key = request.headers.get("Idempotency-Key") ?? "";
    const [, stepId = ""] = key.split(".");
    asked.push(stepId);
    const isLast = stepId === moment.asked && !isKilled;
    if (!isLast || moment.isDone) {
      effects.set(key, effects.get(key) ?? `${stepId} is done, as number ${effects.size}`);
    }
    if (!isLast) return await words([effects.get(key) ?? ""])(request, raw);
    isKilled = true;
    arrive();
    return await silence(request, raw);
  };
  return { ...startModelServer(reply), effects, asked, arrived };
}
