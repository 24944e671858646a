import assert from "node:assert/strict";
import {
  hasEnded,
  hasStepEnded,
  isClosing,
  progressOf,
  type StepState,
  TASK_MOVES,
  type TaskLife,
} from "../../executor/states.ts";
import { type TaskEvent, transition } from "../../executor/transition.ts";
import { STEP_STATUSES } from "../../executor/task.ts";
import { seededTest } from "../helpers/seed.ts";

/** A move that could come next, legal or not. */
function randomEvent(random: () => number, at: number): TaskEvent {
  const stepId = ["a", "b", "c"][Math.floor(random() * 3)] ?? "a";
  const error = { stepId: null, message: "No" };
  const events: TaskEvent[] = [
    { type: "task-started", at },
    { type: "step-started", stepId, at },
    { type: "step-started", stepId, at },
    { type: "step-started", stepId, at },
    { type: "step-skipped", stepId, at, reason: "condition" },
    { type: "step-failed", stepId, at, message: "No", isTolerated: true },
    { type: "step-waiting", stepId, resumeAt: at + 5 },
    { type: "step-retrying", stepId, retryAt: at + 5 },
    { type: "step-used", stepId, usage: { inputTokens: 2, outputTokens: 1 } },
    { type: "step-interrupted", stepId },
    { type: "step-handed-over", stepId },
    { type: "step-completed", stepId, at },
    { type: "step-completed", stepId, at },
    { type: "task-completed", at },
  ];
  const ends: TaskEvent[] = [
    { type: "step-failed", stepId, at, message: "No" },
    { type: "task-failed", at, error },
    { type: "task-cancelled", at },
    { type: "attempts-closed", at },
  ];
  const list = random() < 0.05 ? ends : events;
  return list[Math.floor(random() * list.length)] ?? { type: "task-started", at };
}

function assertSound({ state, steps }: TaskLife): void {
  for (const step of Object.values(steps)) {
    assert.ok(step.attempt >= 0, `attempts are counted from 0, not ${step.attempt}`);
    if (step.status === "running") assert.ok(step.attempt >= 1);
    if (hasStepEnded(step) && "startedAt" in step && step.startedAt !== null) {
      assert.ok("finishedAt" in step && step.finishedAt >= step.startedAt);
    }
  }
  const { step, total, completed } = progressOf(Object.values(steps));
  assert.ok(0 <= completed && completed <= step && step <= total);
  if (hasEnded(state)) assert.ok(Object.values(steps).every(hasStepEnded));
}

seededTest("transition keeps a life sound on any walk", ({ random }) => {
  const reached = new Set<string>();
  for (let walk = 0; walk < 500; walk++) {
    const fresh: StepState = { status: "queued", attempt: 0 };
    let life: TaskLife = {
      state: { status: "running", startedAt: null },
      steps: { a: fresh, b: fresh, c: fresh },
    };
    for (let at = 1; at <= 40; at++) {
      const event = randomEvent(random, at);
      const before = life;
      try {
        life = transition(life, event);
      } catch (error) {
        assert.ok(error instanceof TypeError);
        continue;
      }
      assert.ok(!hasEnded(before.state) || isClosing(before.state));
      for (const [id, step] of Object.entries(before.steps)) {
        if (hasStepEnded(step)) assert.deepEqual(life.steps[id], step);
      }
      assertSound(life);
      for (const { status } of Object.values(life.steps)) reached.add(status);
    }
    reached.add(`task ${life.state.status}`);
  }
  const all = [...STEP_STATUSES, ...Object.keys(TASK_MOVES).map((status) => `task ${status}`)];
  assert.deepEqual(all.filter((status) => !reached.has(status)), []);
});
