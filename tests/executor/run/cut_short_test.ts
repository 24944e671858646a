import assert from "node:assert/strict";
import type { TaskJson } from "../../../executor/mod.ts";
import { CLOSE_MS } from "../../../executor/run/context.ts";
import { startTestExecutor } from "../../helpers/executor.ts";
import { createGates } from "../../helpers/gates.ts";

const TOLD = { inputTokens: 30, outputTokens: 4 };
const TWICE = { inputTokens: 60, outputTokens: 8 };

function statuses({ steps }: TaskJson) {
  return Object.fromEntries(steps.map(({ id, status }) => [id, status]));
}

/** What makes a task fail: a step of it, or its time. */
const FAILURES = ["step", "timeout"] as const;

for (const failure of FAILURES) {
  Deno.test(`a task that fails (${failure}) says so when what ran beside it has stopped`, async () => {
    const gates = createGates({ onAbort: "ignore" });
    await using test = await startTestExecutor({ gates });
    const app = await test.add({ steps: [{ id: "a" }, { id: "b" }], timeout: 2 });
    const taskId = await test.start(app.id);
    const a = await gates.next("a");
    const b = await gates.next("b");
    b.tellUsage(TOLD);
    if (failure === "step") a.fail();
    else test.clock.advance(2_000);
    await test.kv.idle();
    assert.ok(b.signal.aborted);
    assert.equal((await test.read(taskId)).status, "running", "a request may still be open");

    test.clock.advance(700);
    if (failure === "timeout") a.done();
    b.done();
    const task = await test.ended(taskId);
    assert.equal(task.status, "failed");
    assert.equal(task.error?.stepId, failure === "step" ? "a" : null);
    assert.deepEqual(statuses(task), {
      a: failure === "step" ? "failed" : "cancelled",
      b: "cancelled",
    });
    assert.deepEqual(task.steps.map(({ usage }) => usage), [undefined, TOLD]);
    assert.equal(task.finishedAt, new Date(test.clock.now()).toISOString());
  });
}

Deno.test("a task that fails waits no longer than it may for what heeds no signal", async () => {
  const gates = createGates({ onAbort: "ignore" });
  await using test = await startTestExecutor({ gates });
  const app = await test.add({ steps: [{ id: "a" }, { id: "b" }] });
  const taskId = await test.start(app.id);
  const a = await gates.next("a");
  await gates.next("b");
  a.fail();
  await test.kv.idle();
  test.clock.advance(CLOSE_MS - 1);
  await test.kv.idle();
  assert.equal((await test.read(taskId)).status, "running");
  test.clock.advance(1);
  assert.deepEqual(statuses(await test.ended(taskId)), { a: "failed", b: "cancelled" });
});

Deno.test("a task that is cancelled while it waits to fail is cancelled", async () => {
  const gates = createGates({ onAbort: "ignore" });
  await using test = await startTestExecutor({ gates });
  const app = await test.add({ steps: [{ id: "a" }, { id: "b" }] });
  const taskId = await test.start(app.id);
  const a = await gates.next("a");
  const b = await gates.next("b");
  a.tellUsage(TOLD);
  a.fail();
  await test.kv.idle();
  assert.equal(await test.executor.tasks.cancel(taskId), "cancelled");
  b.done("late", TOLD);
  const task = await test.closed(taskId);
  assert.deepEqual(statuses(task), { a: "cancelled", b: "cancelled" });
  assert.deepEqual(task.usage, TWICE);
});

Deno.test("what an attempt used before its task was cancelled is counted", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ steps: [{ id: "a" }, { id: "b" }] });
  const taskId = await test.start(app.id);
  const a = await test.gates.next("a");
  await test.gates.next("b");
  a.tellUsage({ inputTokens: 30, outputTokens: 1 });
  a.tellUsage(TOLD);
  assert.equal(await test.executor.tasks.cancel(taskId), "cancelled");
  const task = await test.closed(taskId);
  assert.deepEqual(task.steps.map(({ usage }) => usage), [TOLD, undefined]);
  assert.deepEqual(task.usage, TOLD);
});

Deno.test("what an attempt used whose end comes after a cancellation elsewhere is counted", async () => {
  await using first = await startTestExecutor();
  const app = await first.add();
  const taskId = await first.start(app.id);
  const run = await first.gates.next();
  const { kv, clock } = first;
  await using second = await startTestExecutor({ kv, clock, concurrency: 0 });
  assert.equal(await second.executor.tasks.cancel(taskId), "cancelled");
  run.done("too late", TOLD);
  const task = await first.closed(taskId);
  assert.deepEqual(task.steps.map(({ status, usage }) => ({ status, usage })), [
    { status: "cancelled", usage: TOLD },
  ]);
});

Deno.test("what an attempt used before its task was handed over is counted, and leaves less to use", async () => {
  const kv = await Deno.openKv(":memory:");
  {
    const first = await startTestExecutor({ kv });
    const { clock } = first;
    const app = await first.add({ budget: 100 });
    const taskId = await first.start(app.id);
    (await first.gates.next()).tellUsage(TOLD);
    await first[Symbol.asyncDispose]();
    await using second = await startTestExecutor({ kv, clock });
    const again = await second.gates.next();
    assert.deepEqual([again.attempt, again.tokensLeft], [1, 66]);
    again.done("done", TOLD);
    const task = await second.ended(taskId);
    assert.equal(task.status, "completed");
    assert.deepEqual(task.usage, TWICE);
  }
  kv.close();
});
