import assert from "node:assert/strict";
import type { TaskRow } from "../../executor/mod.ts";
import { outputOf } from "../helpers/definitions.ts";
import { faultAt } from "../helpers/fault_kv.ts";
import { startTestExecutor } from "../helpers/executor.ts";
import { createGates } from "../helpers/gates.ts";
import { dueItems, keysUnder, transitionsOf } from "../helpers/kv_probe.ts";

Deno.test("cancel aborts the steps also where its commit throws, or reaches the database twice", async () => {
  for (const fault of ["after", "twice"] as const) {
    await using test = await startTestExecutor();
    const app = await test.add();
    const taskId = await test.start(app.id);
    const run = await test.gates.next();
    test.kv.hooks = faultAt(1, fault, test);
    assert.equal(await test.executor.tasks.cancel(taskId), "cancelled");
    assert.ok(run.signal.aborted, fault);
  }
});

for (const winner of ["cancel", "completion"] as const) {
  Deno.test(`cancel races with completion, ${winner} commits first: one winner`, async () => {
    await using test = await startTestExecutor();
    const app = await test.add({ outputs: [outputOf("only")] });
    const taskId = await test.start(app.id);
    const run = await test.gates.next();

    // Both have read the task; the loser's commit is let through only after the winner's.
    const first = Promise.withResolvers<void>();
    const bothAsked = Promise.withResolvers<void>();
    let asked = 0;
    test.kv.hooks = {
      async onCommit(seen, commit) {
        if (transitionsOf([seen], taskId).length === 0) return await commit();
        const isCompletion = seen.mutations.some(({ key }) => key[0] === "output");
        if (++asked === 2) bothAsked.resolve();
        if (isCompletion === (winner === "completion")) {
          const result = await commit();
          first.resolve();
          return result;
        }
        await first.promise;
        return await commit();
      },
    };
    // Two committers, as of two processes, so that neither waits for the other's turn.
    await using other = await startTestExecutor({ kv: test.kv, concurrency: 0 });
    run.done("made it");
    const answer = await other.executor.tasks.cancel(taskId);
    const task = await test.ended(taskId);
    await test.kv.idle();
    assert.equal(answer, winner === "cancel" ? "cancelled" : "ended");
    assert.equal(task.status, winner === "cancel" ? "cancelled" : "completed");
    assert.equal(task.outputs.length, winner === "cancel" ? 0 : 1);
    assert.deepEqual(await keysUnder(test.kv, "due"), []);
    const rows = await keysUnder(test.kv, "tasks_in");
    assert.deepEqual(rows.map((key) => key[1]), [task.status], "it stands under one status");
  });
}

Deno.test("cancel in the same process as a completion under way: one winner in either order", async () => {
  for (const order of ["cancel first", "completion first"]) {
    await using test = await startTestExecutor();
    const app = await test.add();
    const taskId = await test.start(app.id);
    const run = await test.gates.next();
    if (order === "completion first") run.done();
    const cancelling = test.executor.tasks.cancel(taskId);
    if (order === "cancel first") run.done();
    const answer = await cancelling;
    const task = await test.ended(taskId);
    assert.equal(task.status, answer === "cancelled" ? "cancelled" : "completed");
    await test.kv.idle();
    assert.deepEqual(await keysUnder(test.kv, "due"), []);
    assert.equal((await keysUnder(test.kv, "tasks_in")).length, 1);
  }
});

Deno.test("cancel ends a task whose steps do not heed their signal", async () => {
  const gates = createGates({ onAbort: "ignore" });
  await using test = await startTestExecutor({ gates, concurrency: 1 });
  const app = await test.add();
  const taskId = await test.start(app.id);
  const deaf = await gates.next();
  assert.equal(await test.executor.tasks.cancel(taskId), "cancelled");
  await test.kv.idle();
  const other = await test.start(app.id);
  test.clock.advance(5_000);
  (await gates.next()).done();
  assert.equal((await test.ended(other)).status, "completed", "its place is free after 5 s");
  deaf.done("too late");
  await test.kv.idle();
  const task = await test.read(taskId);
  assert.equal(task.steps[0]?.output, undefined);
  assert.equal(task.closedAt, null, "nobody has seen it stop");
  test.clock.advance(10_000);
  await test.kv.idle();
  assert.notEqual((await test.read(taskId)).closedAt, null, "its lease has run out");
  assert.deepEqual(await dueItems(test.kv), []);
});

Deno.test("cancel whose commit throws after it was applied still stops the task here", async () => {
  await using test = await startTestExecutor();
  const app = await test.add();
  const taskId = await test.start(app.id);
  const run = await test.gates.next();
  const told: TaskRow[] = [];
  const unwatch = test.executor.tasks.watchRows((row) => told.push(row));
  let isFirst = true;
  test.kv.hooks = {
    async onCommit(_seen, commit) {
      const result = await commit();
      if (!isFirst) return result;
      isFirst = false;
      throw new Error("connection lost");
    },
  };
  assert.equal(await test.executor.tasks.cancel(taskId), "cancelled");
  assert.ok(run.signal.aborted);
  assert.deepEqual(told.map(({ status }) => status), ["cancelled"]);
  unwatch();
  await test.kv.idle();
  assert.deepEqual(await keysUnder(test.kv, "due"), []);
});
