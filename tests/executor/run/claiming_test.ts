import assert from "node:assert/strict";
import { LEASE_MS } from "../../../executor/run/context.ts";
import { startTestExecutor } from "../../helpers/executor.ts";
import { assertSound } from "../../helpers/database_check.ts";
import { faultAt } from "../../helpers/fault_kv.ts";
import { dueItems, keysUnder } from "../../helpers/kv_probe.ts";

/** A database, and an executor on it that accepts tasks and runs none. */
async function accepting() {
  const kv = await Deno.openKv(":memory:");
  const test = await startTestExecutor({ kv, concurrency: 0 });
  return {
    ...test,
    kv,
    async [Symbol.asyncDispose]() {
      await test[Symbol.asyncDispose]();
      kv.close();
    },
  };
}

for (const fault of ["after", "twice"] as const) {
  Deno.test(`a claim that is applied and yet fails (${fault}) is recognised: it counts as no crash`, async () => {
    await using first = await accepting();
    const { kv, clock } = first;
    const app = await first.add();
    const crashes: string[] = [];
    await using test = await startTestExecutor({
      kv,
      clock,
      onEvent: ({ type }) => void (type === "lease-expired" && crashes.push(type)),
    });
    await test.kv.idle();
    test.kv.hooks = faultAt(1, fault, test);
    const taskId = await first.start(app.id);
    void test.executor.sweep(0);
    await test.kv.idle();
    assert.equal(test.gates.runs.length, 1, "it runs at once");
    clock.advance(11_000);
    await test.kv.idle();
    (await test.gates.next()).done();
    assert.equal((await test.ended(taskId)).status, "completed");
    assert.deepEqual([test.gates.runs.length, crashes], [1, []]);
    assert.deepEqual(test.unexpected, []);
  });
}

Deno.test("a task whose record cannot be read fails, is told of once, and is not claimed again", async () => {
  await using first = await accepting();
  const { kv, clock } = first;
  const app = await first.add();
  const taskId = await first.start(app.id);
  await kv.set(["task", taskId], { id: taskId, state: "nonsense" });
  await using test = await startTestExecutor({ kv, clock });
  await test.kv.idle();
  assert.deepEqual(await dueItems(kv), []);
  const { value } = await kv.get(["set_aside", taskId]);
  assert.match(JSON.stringify(value), /Cannot read task .*: this does not fit: /);
  for (let i = 0; i < 10; i++) {
    clock.advance(10_000);
    await test.kv.idle();
  }
  assert.equal(test.unexpected.length, 1);

  const task = await test.read(taskId);
  assert.match(
    task.error?.message ?? "",
    /^The record of this task cannot be read\. The log has it as /,
  );
  assert.deepEqual(task.steps.map(({ status }) => status), ["skipped"]);
  assert.equal((await test.executor.tasks.read(taskId))?.status, "failed");
  const { rows } = await test.executor.tasks.list({ limit: 10, status: "failed", app: app.id });
  assert.deepEqual(rows.map(({ id }) => id), [taskId]);
  assert.deepEqual((await test.executor.tasks.list({ limit: 10, status: "running" })).rows, []);
  await assertSound(kv, { now: clock.now(), isAtRest: true });
  const { value: kept } = await kv.get(["set_aside", taskId, "record"]);
  assert.deepEqual(kept, { id: taskId, state: "nonsense" });
  assert.equal(await test.executor.tasks.delete(taskId), "deleted");
  assert.deepEqual((await test.executor.tasks.list({ limit: 10 })).rows, []);
});

Deno.test("whoever follows a task is told when its record cannot be read any more", async () => {
  using kv = await Deno.openKv(":memory:");
  await using test = await startTestExecutor({ kv });
  const app = await test.add({ steps: [{ id: "a", kind: "wait", config: { seconds: 60 } }] });
  const taskId = await test.start(app.id);
  await test.kv.idle();
  await kv.set(["task", taskId], { id: taskId, state: "nonsense" });
  const { tasks } = test.executor;
  const told = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
  tasks.watch(taskId, told[0].resolve);
  tasks.watchRows(({ id, status }) => {
    if (id === taskId && status === "failed") told[1].resolve();
  });
  test.clock.advance(60_000);
  await Promise.all(told.map(({ promise }) => promise));
});

Deno.test("setting a task aside races with somebody who mends its record: it runs", async () => {
  await using first = await accepting();
  const { kv, clock } = first;
  await using test = await startTestExecutor({ kv, clock });
  await test.kv.idle();
  const app = await first.add();
  const taskId = await first.start(app.id);
  const { value: whole } = await kv.get(["task", taskId]);
  await kv.set(["task", taskId], "nonsense");
  let isMended = false;
  test.kv.hooks = {
    async onCommit({ mutations }, commit) {
      if (!isMended && mutations.some(({ key }) => key[0] === "set_aside")) {
        isMended = true;
        await kv.set(["task", taskId], whole);
      }
      return await commit();
    },
  };
  void test.executor.sweep(0);
  await test.kv.idle();
  assert.ok(isMended);
  assert.deepEqual(await keysUnder(kv, "set_aside"), []);
  assert.deepEqual(test.unexpected, [], "who sets nothing aside tells of nothing");
  clock.advance(LEASE_MS + 1);
  (await test.gates.next()).done();
  assert.equal((await test.ended(taskId)).status, "completed");
});

Deno.test("a task of which nothing can be read is set aside, and holds up no other", async () => {
  await using first = await accepting();
  const { kv, clock } = first;
  const app = await first.add();
  const taskId = await first.start(app.id);
  await kv.set(["task", taskId], "nonsense");
  await kv.set(["tasks", taskId], "nonsense");
  await using test = await startTestExecutor({ kv, clock });
  await test.kv.idle();
  assert.deepEqual(await dueItems(kv), []);
  assert.equal(test.unexpected.length, 1);
  assert.match(String(test.unexpected[0]), /Cannot read task .*: this does not fit: all of it$/);
  const next = await test.start(app.id);
  (await test.gates.next()).done();
  assert.equal((await test.ended(next)).status, "completed");
});

Deno.test("a task whose app's version is gone fails at once, in words, and its page can be read", async () => {
  await using first = await accepting();
  const { kv, clock } = first;
  const app = await first.add({ steps: [{ id: "a" }, { id: "b" }] });
  const taskId = await first.start(app.id);
  await kv.delete(["app_version", app.id, app.version]);
  await using test = await startTestExecutor({ kv, clock });
  const task = await test.ended(taskId);
  assert.equal(task.status, "failed");
  assert.match(
    task.error?.message ?? "",
    /^Version 2 of this app is gone or cannot be read\. The log has it as /,
  );
  assert.deepEqual(task.steps.map(({ id, status }) => [id, status]), [
    ["a", "skipped"],
    ["b", "skipped"],
  ]);
  assert.equal((await test.executor.tasks.read(taskId))?.status, "failed");
  await test.kv.idle();
  assert.deepEqual(await dueItems(kv), []);
  assert.equal(test.unexpected.length, 1);
});

Deno.test("a task whose app's version holds something else fails at once", async () => {
  await using first = await accepting();
  const { kv, clock } = first;
  const app = await first.add();
  const version = ["app_version", app.id, app.version];
  const values = [
    { definition: "no bytes", savedAt: 1 },
    { definition: new TextEncoder().encode("no JSON"), savedAt: 1 },
    { definition: new TextEncoder().encode('{"name": "No steps"}'), savedAt: 1 },
    {
      definition: new TextEncoder().encode(JSON.stringify({
        name: "Circle",
        steps: [{ id: "a", name: "A", kind: "gate", needs: ["a"] }],
      })),
      savedAt: 1,
    },
  ];
  for (const value of values) {
    const taskId = await first.start(app.id);
    await kv.set(version, value);
    await using test = await startTestExecutor({ kv, clock });
    const { rows } = await test.executor.tasks.list({ limit: 1 });
    assert.equal(rows[0]?.id, taskId);
    await test.kv.idle();
    assert.equal((await test.executor.tasks.readRow(taskId))?.status, "failed");
    assert.deepEqual(await dueItems(kv), []);
  }
});

Deno.test("a row of the queue that cannot be read is written anew, and its task runs", async () => {
  await using first = await accepting();
  const { kv, clock } = first;
  const app = await first.add();
  const ids = [await first.start(app.id), await first.start(app.id)];
  for (const taskId of ids) await kv.set(["due", clock.now(), taskId], "nonsense");
  await using test = await startTestExecutor({ kv, clock });
  for (const _ of ids) (await test.gates.next()).done();
  for (const taskId of ids) assert.equal((await test.ended(taskId)).status, "completed");
  assert.equal(test.unexpected.length, 2, "it is told of");
});

Deno.test("rows that name no task leave the queue, and hold up no other", async () => {
  await using first = await accepting();
  const { kv, clock } = first;
  const app = await first.add();
  const taskId = await first.start(app.id);
  const strays: Deno.KvKey[] = [["due", 0], ["due", 1, 2], ["due", 1, "a", "b"], ["due", 1n, "x"], [
    "due",
    "x",
    "y",
  ]];
  for (const key of strays) await kv.set(key, { status: "ready", crashes: 0 });
  await kv.set(["due", true, "after all numbers"], {});
  await using test = await startTestExecutor({ kv, clock, concurrency: 1 });
  (await test.gates.next()).done();
  assert.equal((await test.ended(taskId)).status, "completed");
  await test.kv.idle();
  assert.equal((await keysUnder(kv, "due")).length, 1);
  assert.equal((await keysUnder(kv, "set_aside")).length, strays.length);
  assert.equal(test.unexpected.length, strays.length);
  const commits = test.kv.commits.length;
  clock.advance(1_000);
  await test.kv.idle();
  assert.equal(test.kv.commits.length, commits, "nothing is done about what is left");
});

Deno.test("two processes race for a row that names no task: one sets it aside, and tells of it", async () => {
  using kv = await Deno.openKv(":memory:");
  await using one = await startTestExecutor({ kv });
  await using other = await startTestExecutor({ kv, clock: one.clock });
  const both = [one, other];
  for (const { kv } of both) await kv.idle();
  const seen = Promise.withResolvers<void>();
  for (const { kv } of both) {
    kv.hooks = {
      async onCommit(_seen, commit) {
        await kv.held(seen.promise);
        return await commit();
      },
    };
  }
  await kv.set(["due", 1, 2], { status: "ready", crashes: 0 });
  for (const { executor } of both) void executor.sweep(0);
  for (const { kv } of both) await kv.idle();
  seen.resolve();
  for (const { kv } of both) await kv.idle();
  const tries = both.flatMap(({ kv }) => kv.commits)
    .filter(({ mutations }) => mutations.some(({ key }) => key[0] === "set_aside"));
  assert.deepEqual(tries.map(({ applied }) => applied).toSorted(), [0, 1]);
  assert.equal(both.flatMap(({ unexpected }) => unexpected).length, 1);
});
