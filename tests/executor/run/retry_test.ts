import assert from "node:assert/strict";
import { MAX_PAUSE_MS, pauseAfter } from "../../../executor/run/retry.ts";
import { PermanentError, RetryableError } from "../../../executor/steps/step_kind.ts";
import { definitionOf } from "../../helpers/definitions.ts";
import { startTestExecutor } from "../../helpers/executor.ts";
import { createGates } from "../../helpers/gates.ts";

const FLAKY = new RetryableError("The service is busy");
const policy = (attempts: number, backoff = 1, random = 0) => ({
  retry: { attempts, backoff },
  random: () => random,
});

Deno.test("pauseAfter doubles the pause, the second half of it by chance", () => {
  const pauses = (random: number) =>
    [1, 2, 3, 4].map((failed) => pauseAfter(FLAKY, failed, policy(9, 2, random)));
  assert.deepEqual(pauses(0), [1_000, 2_000, 4_000, 8_000]);
  assert.deepEqual(pauses(0.5), [1_500, 3_000, 6_000, 12_000]);
});

Deno.test("pauseAfter ends when the attempts are used up, and at once for what is permanent", () => {
  assert.equal(pauseAfter(FLAKY, 3, policy(3)), null);
  assert.equal(pauseAfter(FLAKY, 1, policy(1)), null);
  assert.equal(pauseAfter(new PermanentError("No"), 1, policy(3)), null);
  assert.notEqual(pauseAfter(undefined, 1, policy(3)), null);
});

Deno.test("pauseAfter waits as long as the service asked, within an hour", () => {
  const asked = (retryAfterMs: number) => new RetryableError("Busy", { retryAfterMs });
  assert.equal(pauseAfter(asked(30_000), 1, policy(3)), 30_000);
  assert.equal(pauseAfter(asked(10), 1, policy(3)), 500);
  assert.equal(pauseAfter(asked(1e12), 1, policy(3)), MAX_PAUSE_MS);
});

Deno.test("a step that fails is tried again after a pause, and keeps what went wrong", async () => {
  await using test = await startTestExecutor({ random: () => 0.5 });
  const app = await test.add({ steps: [{ id: "only" }] });
  const taskId = await test.start(app.id);
  (await test.gates.next("only")).fail(FLAKY);
  const paused = await test.when(taskId, ({ steps }) => steps[0]?.status === "queued");
  assert.equal(paused.status, "running");
  assert.equal(paused.steps[0]?.retryAt, new Date(test.clock.now() + 750).toISOString());
  await test.kv.idle();
  test.clock.advance(749);
  await test.kv.idle();
  assert.equal(test.gates.runs.length, 1, "it came back before its time");
  test.clock.advance(1);
  const second = await test.gates.next("only");
  assert.equal(second.attempt, 2);
  second.done("at last");
  const { steps: [step], status } = await test.ended(taskId);
  assert.equal(status, "completed");
  assert.deepEqual([step?.attempt, step?.output], [2, "at last"]);
  assert.deepEqual(step?.failures?.map(({ attempt, error }) => [attempt, error]), [
    [1, "The service is busy"],
  ]);
});

Deno.test("a step that fails on every attempt fails the task with its last error", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({
    steps: [{ id: "only", retry: { attempts: 2, backoff: 10 } }],
  });
  const taskId = await test.start(app.id);
  (await test.gates.next("only")).fail(new RetryableError("First"));
  await test.when(taskId, ({ steps }) => steps[0]?.status === "queued");
  await test.kv.idle();
  test.clock.advance(10_000);
  (await test.gates.next("only")).fail(new RetryableError("Second"));
  const { status, error, steps: [step] } = await test.ended(taskId);
  assert.equal(status, "failed");
  assert.deepEqual(error, { stepId: "only", message: "Second" });
  assert.deepEqual(step?.failures?.map(({ error }) => error), ["First"]);
  assert.equal(step?.error, "Second");
});

Deno.test("the failures of a step outlive the process, and crashes are none of them", async () => {
  await using first = await startTestExecutor();
  const app = await first.add({ steps: [{ id: "only", retry: { attempts: 2, backoff: 1 } }] });
  const taskId = await first.start(app.id);
  (await first.gates.next("only")).fail(new RetryableError("Before"));
  await first.when(taskId, ({ steps }) => steps[0]?.status === "queued");
  await first.executor.stop(0);
  first.clock.advance(1_000);
  await using second = await startTestExecutor({ kv: first.kv, clock: first.clock });
  const run = await second.gates.next("only");
  assert.equal(run.attempt, 2);
  run.fail(new RetryableError("After"));
  const { status, error } = await second.ended(taskId);
  assert.deepEqual([status, error?.message], ["failed", "After"]);
});

Deno.test("a step that takes longer than its timeout is stopped and tried again", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({
    steps: [{ id: "only", timeout: 5, retry: { attempts: 2, backoff: 0 } }],
  });
  const taskId = await test.start(app.id);
  const first = await test.gates.next("only");
  test.clock.advance(5_000);
  assert.equal(first.signal.aborted, true);
  const second = await test.gates.next("only");
  assert.equal(second.attempt, 2);
  second.done();
  const { status, steps: [step] } = await test.ended(taskId);
  assert.equal(status, "completed");
  assert.match(step?.failures?.[0]?.error ?? "", /took longer than 5 s, which is its timeout/);
});

Deno.test("an attempt that ignores its abort leaves no timer behind", async () => {
  await using test = await startTestExecutor({ gates: createGates({ onAbort: "ignore" }) });
  const app = await test.add({ steps: [{ id: "only", timeout: 900 }] });
  const taskId = await test.start(app.id);
  await test.gates.next("only");
  const ofTimeout = () => test.clock.pending.includes(test.clock.now() + 900_000);
  assert.ok(ofTimeout());
  await test.executor.tasks.cancel(taskId);
  assert.ok(!ofTimeout());
});

Deno.test("cancel of a task that waits for another attempt ends it", async () => {
  await using test = await startTestExecutor();
  const app = await test.add();
  const taskId = await test.start(app.id);
  (await test.gates.next("only")).fail(FLAKY);
  await test.when(taskId, ({ steps }) => steps[0]?.status === "queued");
  assert.equal(await test.executor.tasks.cancel(taskId), "cancelled");
  await test.kv.idle();
  test.clock.advance(60_000);
  assert.equal(test.gates.runs.length, 1);
  assert.equal((await test.read(taskId)).steps[0]?.status, "cancelled");
});

Deno.test("a step that never ends writing is stopped for good, and what it wrote stays bounded", async () => {
  await using test = await startTestExecutor();
  const app = await test.add();
  const taskId = await test.start(app.id);
  const run = await test.gates.next();
  for (let i = 0; i < 9; i++) run.write("x".repeat(1_000_000));
  assert.ok(run.isOver, "its signal is aborted");
  const { status, steps: [step] } = await test.ended(taskId);
  assert.equal(status, "failed");
  assert.equal(step?.attempt, 1);
  assert.match(step?.error ?? "", /^Step "Step only" was stopped: it wrote more than 8000000 char/);
  const written = (await test.executor.tasks.read(taskId))?.steps[0]?.written;
  assert.equal(written?.length, 8_000_000);
});

Deno.test("a definition's retry and timeout have defaults and limits", () => {
  const [step] = definitionOf().steps;
  assert.deepEqual([step?.retry, step?.timeout], [{ attempts: 3, backoff: 1 }, 900]);
  const refuse = (more: object) =>
    assert.throws(() => definitionOf({ steps: [{ id: "only", ...more }] }));
  refuse({ retry: { attempts: 0 } });
  refuse({ retry: { attempts: 11 } });
  refuse({ retry: { attempts: 2, backoff: -1 } });
  refuse({ timeout: 0 });
});

Deno.test("what an attempt has used until its timeout stopped it counts", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({
    steps: [{ id: "a", timeout: 2, retry: { attempts: 1, backoff: 0 } }],
  });
  const taskId = await test.start(app.id);
  const run = await test.gates.next();
  run.tellUsage({ inputTokens: 5, outputTokens: 1 });
  run.tellUsage({ inputTokens: 5, outputTokens: 9 });
  test.clock.advance(2_000);
  const task = await test.ended(taskId);
  assert.equal(task.status, "failed");
  assert.deepEqual(task.usage, { inputTokens: 5, outputTokens: 9 });
});
