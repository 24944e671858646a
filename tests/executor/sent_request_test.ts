import assert from "node:assert/strict";
import type { Executor, OnceResult } from "../../executor/mod.ts";
import { TEXT_INPUT } from "../helpers/definitions.ts";
import { startTestExecutor } from "../helpers/executor.ts";
import { faultAt, THROWN_FAULTS } from "../helpers/fault_kv.ts";
import { openSharedKv } from "../helpers/shared_kv.ts";

const ORIGIN = { kind: "api" } as const;
const REQUEST = { by: "somebody", key: "k1", body: "one" };

function send(executor: Executor, appId: string, request = REQUEST): Promise<OnceResult> {
  const raw = { source: "json", fields: { text: request.body } } as const;
  return executor.tasks.startOnce(appId, raw, { origin: ORIGIN, request });
}

function taskIdOf(result: OnceResult): string {
  if (result.type === "started" || result.type === "repeated") return result.taskId;
  throw new Error(`no task but ${JSON.stringify(result)}`);
}

async function countTasks({ tasks }: Executor): Promise<number> {
  return (await tasks.list({ limit: 100 })).rows.length;
}

Deno.test("startOnce makes one task of twenty requests sent at once, in one process", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ inputs: [TEXT_INPUT] });
  const results = await Promise.all(
    Array.from({ length: 20 }, () => send(test.executor, app.id)),
  );
  assert.equal(new Set(results.map(taskIdOf)).size, 1);
  assert.equal(results.filter(({ type }) => type === "started").length, 1);
  assert.equal(await countTasks(test.executor), 1);
  assert.equal((await test.executor.load()).running, 1, "the others gave their slots back");
});

Deno.test("startOnce makes one task of two requests that wait for the same commit", async () => {
  await using test = await startTestExecutor({ concurrency: 0 });
  const app = await test.add({ inputs: [TEXT_INPUT] });
  const release = Promise.withResolvers<void>();
  test.kv.hooks = {
    onCommit: async (_, commit) => {
      await test.kv.held(release.promise);
      return await commit();
    },
  };
  const before = test.start(app.id);
  await test.kv.idle();
  const both = [send(test.executor, app.id), send(test.executor, app.id)];
  await test.kv.idle();
  release.resolve();
  const [one, two] = await Promise.all(both);
  await before;
  assert.equal(taskIdOf(one ?? assert.fail()), taskIdOf(two ?? assert.fail()));
  assert.equal(await countTasks(test.executor), 2);
});

Deno.test("startOnce makes one task of twenty requests sent at once, to two processes", async () => {
  await using shared = await openSharedKv();
  const here = await shared.join({ concurrency: 0 });
  const there = await shared.join({ concurrency: 0 });
  const app = await here.add({ inputs: [TEXT_INPUT] });
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, i) => send((i % 2 ? here : there).executor, app.id)),
  );
  assert.equal(new Set(results.map(taskIdOf)).size, 1);
  assert.equal(await countTasks(here.executor), 1);
});

for (const fault of [...THROWN_FAULTS, "twice"] as const) {
  Deno.test(`startOnce sent again after a commit that went wrong (${fault}) makes one task`, async () => {
    await using test = await startTestExecutor({ concurrency: 0 });
    const app = await test.add({ inputs: [TEXT_INPUT] });
    test.kv.hooks = faultAt(1, fault, test);
    await send(test.executor, app.id).catch(() => null);
    await send(test.executor, app.id);
    assert.equal(await countTasks(test.executor), 1);
  });
}

Deno.test("startOnce refuses a key that was used for something else", async () => {
  await using test = await startTestExecutor({ concurrency: 0 });
  const app = await test.add({ inputs: [TEXT_INPUT] });
  await send(test.executor, app.id);
  const other = await send(test.executor, app.id, { ...REQUEST, body: "two" });
  assert.deepEqual(other, { type: "key-reused" });
  assert.equal(await countTasks(test.executor), 1);
});

Deno.test("startOnce takes the same key of somebody else, or for another app, for another", async () => {
  await using test = await startTestExecutor({ concurrency: 0 });
  const app = await test.add({ inputs: [TEXT_INPUT] });
  const other = await test.add({ inputs: [TEXT_INPUT] });
  const results = [
    await send(test.executor, app.id),
    await send(test.executor, app.id, { ...REQUEST, by: "else" }),
    await send(test.executor, other.id),
  ];
  assert.deepEqual(results.map(({ type }) => type), ["started", "started", "started"]);
});

Deno.test("startOnce remembers nothing of a request that was refused", async () => {
  await using test = await startTestExecutor({ concurrency: 0 });
  const app = await test.add({ inputs: [{ ...TEXT_INPUT, maxLength: 2 }] });
  assert.equal((await send(test.executor, app.id)).type, "invalid");
  const shorter = await send(test.executor, app.id, { ...REQUEST, body: "1" });
  assert.equal(shorter.type, "started");
});

Deno.test("startOnce remembers a request for a day, in the commit that accepts its task", async () => {
  await using test = await startTestExecutor({ concurrency: 0 });
  const app = await test.add({ inputs: [TEXT_INPUT] });
  const before = test.kv.commits.length;
  const taskId = taskIdOf(await send(test.executor, app.id));
  const commit = test.kv.commits.slice(before).find(({ mutations }) =>
    mutations.some(({ key }) => key[0] === "task" && key[1] === taskId)
  );
  const remembered = commit?.mutations.find(({ key }) => key[0] === "request");
  assert.equal(remembered?.expireIn, 24 * 60 * 60 * 1_000);
});
