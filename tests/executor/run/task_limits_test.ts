import assert from "node:assert/strict";
import { inARow } from "../../helpers/definitions.ts";
import { startTestExecutor } from "../../helpers/executor.ts";
import { dueItems } from "../../helpers/kv_probe.ts";
import { RetryableError } from "../../../executor/steps/step_kind.ts";

Deno.test("a task that takes longer than its timeout fails, and its step is aborted", async () => {
  for (const timeout of [2, 100]) {
    await using test = await startTestExecutor();
    const app = await test.add({ steps: inARow("a", "b"), timeout });
    const taskId = await test.start(app.id);
    const run = await test.gates.next("a");
    for (let left = timeout - 1; left > 0; left--) {
      test.clock.advance(1_000);
      await test.kv.idle();
    }
    assert.equal((await test.read(taskId)).status, "running");
    test.clock.advance(1_000);
    const task = await test.ended(taskId);
    assert.equal(task.status, "failed");
    assert.deepEqual(task.error, {
      stepId: null,
      message: `The task was stopped: it took longer than ${timeout} s, which is its timeout`,
    });
    assert.ok(run.signal.aborted);
    assert.deepEqual(task.steps.map(({ status }) => status), ["cancelled", "skipped"]);
    await test.kv.idle();
    assert.deepEqual(await dueItems(test.kv), []);
  }
});

Deno.test("a task whose steps all wait fails at its timeout, not at the end of the wait", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ timeout: 60 });
  const taskId = await test.start(app.id);
  (await test.gates.next()).wait(test.clock.now() + 3_600_000);
  await test.when(taskId, ({ steps }) => steps[0]?.resumeAt !== undefined);
  await test.kv.idle();
  test.clock.advance(60_000);
  const task = await test.ended(taskId);
  assert.match(task.error?.message ?? "", /took longer than 60 s, which is its timeout/);
  assert.equal(task.durationMs, 60_000);
});

Deno.test("a task that uses more tokens than its budget fails, whatever is left to do", async () => {
  await using test = await startTestExecutor();
  const steps = inARow("a", "b").map((step) => ({ ...step, retry: { attempts: 2, backoff: 0 } }));
  const app = await test.add({ steps, budget: 100 });
  const taskId = await test.start(app.id);
  const a = await test.gates.next("a");
  assert.equal(a.tokensLeft, 100);
  a.done("first", { inputTokens: 50, outputTokens: 20 });
  const b = await test.gates.next("b");
  assert.equal(b.tokensLeft, 30);
  b.done("second", { inputTokens: 30, outputTokens: 1 });
  const task = await test.ended(taskId);
  assert.equal(task.status, "failed");
  assert.deepEqual(task.error, {
    stepId: null,
    message: "The task was stopped: it used 101 tokens, and its budget is 100",
  });
  assert.deepEqual(task.steps.map(({ status }) => status), ["completed", "completed"]);
  assert.deepEqual(task.usage, { inputTokens: 80, outputTokens: 21 });
});

Deno.test("what an attempt used that failed counts as well, and is kept with it", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({
    steps: [{ id: "a", retry: { attempts: 3, backoff: 0 } }],
    budget: 100,
  });
  const taskId = await test.start(app.id);
  (await test.gates.next()).fail(
    new RetryableError("It was cut", { usage: { inputTokens: 60, outputTokens: 10 } }),
  );
  const again = await test.gates.next();
  assert.equal(again.tokensLeft, 30);
  again.fail(new RetryableError("It was cut", { usage: { inputTokens: 30, outputTokens: 10 } }));
  const task = await test.ended(taskId);
  assert.match(task.error?.message ?? "", /used 110 tokens, and its budget is 100/);
  assert.deepEqual(task.steps[0]?.usage, { inputTokens: 90, outputTokens: 20 });
  assert.deepEqual(task.steps[0]?.failures?.map(({ usage }) => usage), [
    { inputTokens: 60, outputTokens: 10 },
    { inputTokens: 30, outputTokens: 10 },
  ]);
});

Deno.test("a task that waits and finds its timeout over fails at once, though its app has no slot free", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ timeout: 60, concurrency: 1 });
  const taskId = await test.start(app.id);
  (await test.gates.next()).wait(test.clock.now() + 3_600_000);
  await test.when(taskId, ({ steps }) => steps[0]?.resumeAt !== undefined);
  await test.kv.idle();
  test.clock.advance(30_000);
  const other = await test.start(app.id);
  await test.gates.next();
  for (let second = 0; second < 30; second++) {
    test.clock.advance(1_000);
    await test.kv.idle();
  }
  assert.equal((await test.read(other)).status, "running");
  assert.match((await test.read(taskId)).error?.message ?? "", /longer than 60 s/);
});
