import assert from "node:assert/strict";
import type { ExecutorEvent } from "../../executor/mod.ts";
import { PermanentError } from "../../executor/steps/step_kind.ts";
import { inARow } from "../helpers/definitions.ts";
import { startTestExecutor } from "../helpers/executor.ts";
import { turn } from "../helpers/kv_probe.ts";

/** Events in short: `step-ended a completed`. */
function inShort(events: readonly ExecutorEvent[]): string[] {
  return events.filter(({ type }) => type !== "committed").map((event) => {
    switch (event.type) {
      case "attempt-began":
        return `attempt-began ${event.attempt.stepId} ${event.attempt.number}`;
      case "attempt-ended":
        return `attempt-ended ${event.attempt.stepId} ${event.outcome}`;
      case "step-ended":
        return `step-ended ${event.stepId} ${event.status}`;
      case "task-ended":
        return `task-ended ${event.status}`;
      case "run-ended":
        return `run-ended ${event.ending}`;
      default:
        return event.type;
    }
  });
}

Deno.test("the observer is told a task's life in the order it happens", async () => {
  const events: ExecutorEvent[] = [];
  await using test = await startTestExecutor({ onEvent: (event) => events.push(event) });
  const app = await test.add({ steps: inARow("a", "b") });
  const taskId = await test.start(app.id);
  const first = await test.gates.next("a");
  test.clock.advance(1_500);
  first.done("made", { inputTokens: 3, outputTokens: 4 });
  (await test.gates.next("b")).done("made");
  await test.ended(taskId);
  await turn();
  assert.deepEqual(inShort(events), [
    "task-accepted",
    "task-started",
    "run-began",
    "attempt-began a 1",
    "attempt-ended a completed",
    "step-ended a completed",
    "attempt-began b 1",
    "attempt-ended b completed",
    "step-ended b completed",
    "task-ended completed",
    "run-ended ended",
  ]);
  const task = { taskId, appId: app.id, appVersion: app.version };
  assert.deepEqual(events.find(({ type }) => type === "step-ended"), {
    type: "step-ended",
    task,
    stepId: "a",
    kind: "gate",
    status: "completed",
    attempt: 1,
    durationMs: 1_500,
    usage: { inputTokens: 3, outputTokens: 4 },
  });
  assert.deepEqual(events.find(({ type }) => type === "task-ended"), {
    type: "task-ended",
    task,
    status: "completed",
    durationMs: 1_500,
    failedStepId: null,
  });
});

Deno.test("the observer is told of an attempt that failed, never of what was said", async () => {
  const events: ExecutorEvent[] = [];
  await using test = await startTestExecutor({ onEvent: (event) => events.push(event) });
  const app = await test.add({ steps: [{ id: "a", retry: { attempts: 2, backoff: 1 } }] });
  const taskId = await test.start(app.id);
  (await test.gates.next()).fail(new Error("private words"));
  await test.when(taskId, ({ steps }) => steps[0]?.retryAt !== undefined);
  await test.kv.idle();
  test.clock.advance(1_000);
  (await test.gates.next()).fail(new PermanentError("private words, for people"));
  await test.ended(taskId);
  await turn();
  const ended = events.filter((event) => event.type === "attempt-ended");
  assert.deepEqual(ended.map(({ outcome }) => outcome), ["retried", "failed"]);
  assert.match(ended[0]?.fault?.reference ?? "", /^\w+$/);
  assert.deepEqual(ended[1]?.fault, { type: "permanent", reference: null });
  assert.doesNotMatch(JSON.stringify(events), /private words/);
});

Deno.test("the observer is told who cancelled a task's steps, and that its worker left", async () => {
  const events: ExecutorEvent[] = [];
  await using test = await startTestExecutor({ onEvent: (event) => events.push(event) });
  const app = await test.add({ steps: inARow("a", "b") });
  const taskId = await test.start(app.id);
  await test.gates.next("a");
  await test.executor.tasks.cancel(taskId);
  await test.kv.idle();
  await turn();
  const told = inShort(events).slice(4);
  assert.deepEqual(told.toSorted(), [
    "attempt-ended a aborted",
    "run-ended ended",
    "step-ended a cancelled",
    "step-ended b skipped",
    "task-ended cancelled",
  ]);
});

Deno.test("the observer is told of a lease that ran out, and of a task given back", async () => {
  const events: ExecutorEvent[] = [];
  await using first = await startTestExecutor();
  const app = await first.add();
  const taskId = await first.start(app.id);
  await first.gates.next();
  const { clock, kv } = first;
  clock.jump(11_000);
  {
    const onEvent = (event: ExecutorEvent) => void events.push(event);
    await using second = await startTestExecutor({ kv, clock, onEvent });
    await second.gates.next();
  }
  assert.deepEqual(events.find(({ type }) => type === "lease-expired"), {
    type: "lease-expired",
    taskId,
    crashes: 1,
  });
  assert.equal(inShort(events).at(-1), "run-ended handed-over");
});

Deno.test("an observer that throws disturbs nothing, and is reported", async () => {
  await using test = await startTestExecutor({
    onEvent: () => {
      throw new RangeError("it is full");
    },
  });
  const app = await test.add();
  const taskId = await test.start(app.id);
  (await test.gates.next()).done("made");
  assert.equal((await test.ended(taskId)).status, "completed");
  assert.ok(test.unexpected.some((error) => error instanceof RangeError));
});

Deno.test("a run that another process cancelled has ended, it is not lost", async () => {
  const events: ExecutorEvent[] = [];
  await using first = await startTestExecutor({ onEvent: (event) => events.push(event) });
  const { clock, kv } = first;
  const app = await first.add();
  const taskId = await first.start(app.id);
  await first.gates.next();
  await using second = await startTestExecutor({ kv, clock, concurrency: 0 });
  assert.equal(await second.executor.tasks.cancel(taskId), "cancelled");
  await kv.idle();
  clock.advance(3_000); // its heartbeat finds out
  await kv.idle();
  assert.equal(inShort(events).at(-1), "run-ended ended");
});

Deno.test("no time is negative where a clock was set back", async () => {
  const events: ExecutorEvent[] = [];
  await using test = await startTestExecutor({ onEvent: (event) => events.push(event) });
  const app = await test.add();
  const taskId = await test.start(app.id);
  const run = await test.gates.next();
  test.clock.jump(-60_000);
  run.done("made");
  await test.ended(taskId);
  const times = events.flatMap((event) => "durationMs" in event ? event.durationMs ?? [] : []);
  assert.ok(times.length >= 3 && times.every((ms) => ms >= 0), String(times));
});
