import assert from "node:assert/strict";
import { type Executor, openKv, startExecutor, type TaskJson } from "../../executor/mod.ts";
import { ApiClient } from "../helpers/api_client.ts";
import { startCallboard } from "../helpers/callboard_process.ts";
import { assertSound } from "../helpers/database_check.ts";
import { addApp } from "../helpers/executor.ts";
import { KILL_APPS } from "../helpers/kill_apps.ts";
import { seededTest } from "../helpers/seed.ts";
import { type SideEffect, startSideEffects } from "../helpers/side_effects.ts";

const KILLS = 50;
const TASKS = 500;
const TASKS_A_LIFE = 14;
/** A life lasts until so many requests of its steps have come, however fast the machine is. */
const MIN_REQUESTS = 40;
const MAX_REQUESTS = 90;
/** At the latest: there may be nothing to do until leases run out. */
const MAX_LIFE_MS = 8_000;
const MAX_START_DELAY_MS = 400;

seededTest(
  "kill -9 at random, fifty times, while five hundred tasks run: none lost, none stuck, none twice",
  async ({ random, report }) => {
    const folder = await Deno.makeTempDir();
    const path = `${folder}/kv.db`;
    {
      await using effects = startSideEffects(random);
      const settings = {
        KV_PATH: path,
        MODEL_BASE_URL: effects.baseUrl,
        MODEL: "small",
        CONCURRENCY: "16",
      };
      const appIds = await onDatabase(path, async (executor) => {
        const apps = [];
        for (const sketch of KILL_APPS) apps.push(await addApp(executor, sketch));
        return apps.map(({ id }) => id);
      });
      const accepted = new Set<string>();
      let kills = 0;
      while (kills < KILLS || accepted.size < TASKS) {
        await using callboard = startCallboard(settings);
        const api = new ApiClient(await callboard.origin);
        const requests = MIN_REQUESTS + Math.floor(random() * (MAX_REQUESTS - MIN_REQUESTS));
        const killed = Promise.race([effects.come(requests), after(MAX_LIFE_MS)])
          .then(() => callboard.kill("SIGKILL"));
        await Promise.all(Array.from({ length: TASKS_A_LIFE }, async (_, i) => {
          await after(random() * MAX_START_DELAY_MS);
          // Whether it was accepted is not known where the answer did not come.
          await api.start(appIds[(kills + i) % appIds.length] ?? "", { name: `t${kills}-${i}` })
            .then((taskId) => accepted.add(taskId), () => {});
        }));
        await killed;
        await callboard.ended;
        kills++;
      }
      await finish(settings, accepted);
      const done = await onDatabase(path, async (executor, kv) => {
        const check = await assertSound(kv, { now: Date.now(), isAtRest: true });
        return { check, tasks: await readAll(executor) };
      });
      const ids = new Set(done.tasks.map(({ id }) => id));
      assert.deepEqual([...accepted].filter((taskId) => !ids.has(taskId)), [], "none is lost");
      for (const task of done.tasks) assertRight(task, effects.ledger);
      const keys = new Set(effects.ledger.map(({ key }) => key));
      const steps = done.tasks.flatMap((task) => task.steps);
      report(
        `fault 6: ${kills} kills, ${done.tasks.length} tasks (${accepted.size} known to be accepted), ` +
          `0 lost, 0 stuck, ${steps.length} steps, 0 kept twice; ${effects.ledger.length} requests ` +
          `for ${keys.size} side effects; ${done.check.entries} entries checked`,
      );
    }
    await Deno.remove(folder, { recursive: true });
  },
);

/** One more life, which nobody cuts short, and which stops in good order. */
async function finish(
  settings: Readonly<Record<string, string>>,
  accepted: ReadonlySet<string>,
): Promise<void> {
  await using last = startCallboard(settings);
  const api = new ApiClient(await last.origin);
  for (const taskId of accepted) await api.ended(taskId);
  const page = await (await fetch(`${api.origin}/tasks?status=running`)).text();
  // Those that were accepted without an answer may still be under way.
  for (const [, taskId = ""] of page.matchAll(/\/tasks\/(tsk_\w+)"/g)) await api.ended(taskId);
  last.kill("SIGTERM");
  assert.equal((await last.ended).code, 0);
}

/** Opens the database file of a process that has ended, with an executor that runs nothing. */
async function onDatabase<Result>(
  path: string,
  use: (executor: Executor, kv: Awaited<ReturnType<typeof openKv>>["kv"]) => Promise<Result>,
): Promise<Result> {
  const opened = await openKv(path);
  const executor = await startExecutor({ kv: opened.kv, concurrency: 0 });
  try {
    return await use(executor, opened.kv);
  } finally {
    await executor.stop(0);
    opened.close();
  }
}

async function readAll(executor: Executor): Promise<TaskJson[]> {
  const tasks: TaskJson[] = [];
  let before: string | undefined;
  do {
    const { rows, older } = await executor.tasks.list({ limit: 100, before });
    for (const { id } of rows) {
      const task = await executor.tasks.readJson(id);
      if (task !== null) tasks.push(task);
    }
    before = older ?? undefined;
  } while (before !== undefined);
  return tasks;
}

/**
 * Every step kept one answer that was given for it, everybody who was told of it was told the same,
 * nobody asked again after that, and the outputs show it.
 */
function assertRight(task: TaskJson, ledger: readonly SideEffect[]): void {
  assert.equal(task.status, "completed", `${task.id}: ${task.error?.message}`);
  const kept = task.steps.filter(({ kind }) => kind === "generate");
  const own = ledger.map((effect, at) => ({ ...effect, at }))
    .filter(({ key }) => key.startsWith(`${task.id}.`));
  for (const { id, output } of kept) {
    const asked = own.filter(({ key }) => key === `${task.id}.${id}`);
    assert.ok(asked.some(({ answer }) => answer === output), `${task.id}: "${id}" kept an answer`);
    const told = own.flatMap(({ prompt, at }) => {
      const [, quoted] = new RegExp(` ${id}=([^;]*);`).exec(prompt) ?? [];
      return quoted === undefined ? [] : [{ quoted, at }];
    });
    const expected = String(output).slice(0, 12);
    for (const { quoted } of told) {
      assert.equal(quoted, expected, `${task.id}: two answers of "${id}" were kept`);
    }
    const firstTold = Math.min(...told.map(({ at }) => at));
    const again = asked.filter(({ at }) => at > firstTold);
    assert.deepEqual(again, [], `${task.id}: "${id}" ran again after it was kept`);
    const shown = task.outputs.find(({ name }) => name === `of_${id}`);
    assert.ok(shown?.value === output, `${task.id}: the output shows "${id}"`);
  }
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
