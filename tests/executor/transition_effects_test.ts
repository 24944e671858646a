import assert from "node:assert/strict";
import type { TaskLife } from "../../executor/states.ts";
import { type TaskEvent, transition } from "../../executor/transition.ts";
import { AT, lifeWith, STEP_STATES, TASK_STATES } from "./lives.ts";

Deno.test("transition ends every step with its task: begun ones cancelled, others skipped", () => {
  const life: TaskLife = {
    state: TASK_STATES.running,
    steps: {
      fresh: { status: "queued", attempt: 0 },
      tried: { status: "queued", attempt: 1, retryAt: 9_000 },
      running: STEP_STATES.running,
      waiting: { status: "running", attempt: 1, startedAt: 400, resumeAt: 9_000 },
      completed: STEP_STATES.completed,
      skipped: STEP_STATES.skipped,
    },
  };
  const ended = {
    fresh: { status: "skipped", attempt: 0, finishedAt: AT, reason: "ended" },
    tried: { status: "cancelled", attempt: 1, startedAt: null, finishedAt: AT },
    running: { status: "cancelled", attempt: 3, startedAt: 500, finishedAt: AT },
    waiting: { status: "cancelled", attempt: 1, startedAt: 400, finishedAt: AT },
    completed: STEP_STATES.completed,
    skipped: STEP_STATES.skipped,
  };
  assert.deepEqual(transition(life, { type: "task-cancelled", at: AT }).steps, ended);
  const error = { stepId: null, message: "No" };
  assert.deepEqual(transition(life, { type: "task-failed", at: AT, error }).steps, ended);

  const failed = transition(life, {
    type: "step-failed",
    stepId: "running",
    at: AT,
    message: "It broke",
  });
  assert.deepEqual(failed.steps, {
    ...ended,
    running: { status: "failed", attempt: 3, startedAt: 500, finishedAt: AT },
  });
  assert.deepEqual(failed.state, {
    status: "failed",
    startedAt: 300,
    finishedAt: AT,
    error: { stepId: "running", message: "It broke" },
  });
});

Deno.test("transition skips a step that has not begun, and goes on after a tolerated failure", () => {
  const fresh: TaskLife = {
    state: TASK_STATES.running,
    steps: { a: { status: "queued", attempt: 0 }, b: STEP_STATES.running },
  };
  const skipped = transition(fresh, { type: "step-skipped", stepId: "a", at: AT, reason: "needs" });
  assert.deepEqual(skipped.steps.a, {
    status: "skipped",
    attempt: 0,
    finishedAt: AT,
    reason: "needs",
  });
  const event = {
    type: "step-failed",
    stepId: "b",
    at: AT,
    message: "No",
    isTolerated: true,
  } as const;
  const failed = transition(skipped, event);
  assert.deepEqual(failed.state, TASK_STATES.running);
  assert.equal(transition(failed, { type: "task-completed", at: AT }).state.status, "completed");
});

Deno.test("transition adds up what the attempts of a step have used", () => {
  const usage = (inputTokens: number, outputTokens: number) => ({ inputTokens, outputTokens });
  const events: TaskEvent[] = [
    { type: "step-started", stepId: "a", at: 1 },
    { type: "step-retrying", stepId: "a", retryAt: 2, usage: usage(10, 1) },
    { type: "step-started", stepId: "a", at: 3 },
    { type: "step-retrying", stepId: "a", retryAt: 4 },
    { type: "step-started", stepId: "a", at: 5 },
    { type: "step-used", stepId: "a", usage: usage(3, 1) },
    { type: "step-handed-over", stepId: "a" },
    { type: "step-started", stepId: "a", at: 6 },
    { type: "step-interrupted", stepId: "a" },
    { type: "step-started", stepId: "a", at: 7 },
  ];
  const queued: TaskLife = {
    state: TASK_STATES.running,
    steps: { a: { status: "queued", attempt: 0 } },
  };
  const running = events.reduce(transition, queued);
  const used = (life: TaskLife) =>
    life.steps.a !== undefined && "usage" in life.steps.a ? life.steps.a.usage : undefined;
  assert.deepEqual(used(running), usage(13, 2));
  assert.throws(() => transition(queued, { type: "step-used", stepId: "a", usage: usage(1, 1) }), {
    name: "TypeError",
  });
  const ends: TaskEvent[] = [
    { type: "step-completed", stepId: "a", at: 8, usage: usage(20, 2) },
    { type: "step-failed", stepId: "a", at: 8, message: "No", usage: usage(20, 2) },
  ];
  for (const end of ends) assert.deepEqual(used(transition(running, end)), usage(33, 4));
  const cancelled = transition(running, { type: "task-cancelled", at: 8 });
  assert.deepEqual(used(cancelled), usage(13, 2));
  const closed = { type: "attempts-closed", at: 9, used: new Map([["a", usage(20, 2)]]) } as const;
  assert.deepEqual(used(transition(cancelled, closed)), usage(33, 4));
});

Deno.test("a cancelled task learns once when its attempts have stopped, if any ran", () => {
  const closed: TaskEvent = { type: "attempts-closed", at: AT + 200 };
  const ran = transition(lifeWith("running"), { type: "task-cancelled", at: AT });
  assert.deepEqual(ran.state, {
    status: "cancelled",
    startedAt: 300,
    finishedAt: AT,
    closedAt: null,
  });
  const stopped = transition(ran, closed);
  assert.deepEqual(stopped.state, { ...ran.state, closedAt: AT + 200 });
  assert.throws(() => transition(stopped, closed), { name: "TypeError" });
  const idle = transition(lifeWith("queued"), { type: "task-cancelled", at: AT });
  assert.ok(!("closedAt" in idle.state));
  assert.throws(() => transition(idle, closed), { name: "TypeError" });

  const waiting = (resumeAt: number): TaskLife => ({
    state: TASK_STATES.running,
    steps: { a: { status: "running", attempt: 1, startedAt: 400, resumeAt } },
  });
  const stops = (life: TaskLife) =>
    "closedAt" in transition(life, { type: "task-cancelled", at: AT }).state;
  assert.ok(!stops(waiting(AT + 1)), "what only waits is not run by anybody");
  assert.ok(stops(waiting(AT)), "what has waited may go on somewhere");
});
