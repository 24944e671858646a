import assert from "node:assert/strict";
import {
  STEP_MOVES,
  type StepState,
  type TaskLife,
  type TaskState,
} from "../../executor/states.ts";
import { type TaskEvent, transition } from "../../executor/transition.ts";
import { STEP_STATUSES, type StepStatus, TASK_STATUSES } from "../../executor/task.ts";
import { AT, lifeWith, STEP_STATES, TASK_STATES } from "./lives.ts";

type StepEvent = Extract<TaskEvent, { readonly stepId: string }>;

/** Each event of a step, the states it is legal in, and the state it makes. */
const STEP_EVENTS: readonly {
  readonly event: StepEvent;
  readonly from: readonly StepStatus[];
  readonly to: StepState;
}[] = [
  {
    event: { type: "step-started", stepId: "a", at: AT },
    from: ["queued"],
    to: { status: "running", attempt: 3, startedAt: AT },
  },
  {
    event: { type: "step-skipped", stepId: "a", at: AT, reason: "condition" },
    from: [],
    to: { status: "skipped", attempt: 0, finishedAt: AT, reason: "condition" },
  },
  {
    event: { type: "step-waiting", stepId: "a", resumeAt: 9_000 },
    from: ["running"],
    to: { status: "running", attempt: 3, startedAt: 500, resumeAt: 9_000 },
  },
  {
    event: { type: "step-retrying", stepId: "a", retryAt: 9_000 },
    from: ["running"],
    to: { status: "queued", attempt: 3, retryAt: 9_000 },
  },
  {
    event: { type: "step-interrupted", stepId: "a" },
    from: ["running"],
    to: { status: "queued", attempt: 3 },
  },
  {
    event: { type: "step-handed-over", stepId: "a" },
    from: ["running"],
    to: { status: "queued", attempt: 2 },
  },
  {
    event: {
      type: "step-completed",
      stepId: "a",
      at: AT,
      usage: { inputTokens: 4, outputTokens: 5 },
    },
    from: ["running"],
    to: {
      status: "completed",
      attempt: 3,
      startedAt: 500,
      finishedAt: AT,
      usage: { inputTokens: 4, outputTokens: 5 },
    },
  },
  {
    event: { type: "step-failed", stepId: "a", at: AT, message: "No" },
    from: ["running"],
    to: { status: "failed", attempt: 3, startedAt: 500, finishedAt: AT },
  },
  {
    event: { type: "step-failed", stepId: "a", at: AT, message: "No", isTolerated: true },
    from: ["running"],
    to: { status: "failed", attempt: 3, startedAt: 500, finishedAt: AT, isTolerated: true },
  },
];

for (const { event, from, to } of STEP_EVENTS) {
  for (const status of STEP_STATUSES) {
    const isLegal = from.includes(status);
    Deno.test(`transition ${isLegal ? "takes" : "refuses"} ${event.type} from ${status}`, () => {
      const life = lifeWith(status);
      const before = structuredClone(life);
      if (!isLegal) {
        assert.throws(() => transition(life, event), { name: "TypeError" });
      } else {
        const { attempt } = STEP_STATES[status];
        const moved = transition(life, event).steps.a;
        const expected = event.type === "step-started" ? { ...to, attempt: attempt + 1 } : to;
        assert.deepEqual(moved, expected);
        assert.ok(STEP_MOVES[status].some((legal) => legal === moved?.status));
      }
      assert.deepEqual(life, before, "the life given is left as it was");
    });
  }
}

const TASK_EVENTS: readonly { readonly event: TaskEvent; readonly to: TaskState }[] = [
  {
    event: { type: "task-completed", at: AT },
    to: { status: "completed", startedAt: 300, finishedAt: AT },
  },
  {
    event: { type: "task-failed", at: AT, error: { stepId: null, message: "No" } },
    to: {
      status: "failed",
      startedAt: 300,
      finishedAt: AT,
      error: { stepId: null, message: "No" },
    },
  },
  {
    event: { type: "task-cancelled", at: AT },
    to: { status: "cancelled", startedAt: 300, finishedAt: AT },
  },
];

for (const { event, to } of TASK_EVENTS) {
  for (const status of TASK_STATUSES) {
    const isLegal = status === "running";
    Deno.test(`transition ${isLegal ? "takes" : "refuses"} ${event.type} from ${status}`, () => {
      const life: TaskLife = { state: TASK_STATES[status], steps: {} };
      if (isLegal) assert.deepEqual(transition(life, event).state, to);
      else assert.throws(() => transition(life, event), /Cannot move the task to/);
    });
  }
}

Deno.test("transition starts a task once", () => {
  const event: TaskEvent = { type: "task-started", at: AT };
  const unbegun: TaskLife = { state: { status: "running", startedAt: null }, steps: {} };
  const started = transition(unbegun, event);
  assert.deepEqual(started.state, { status: "running", startedAt: AT });
  assert.throws(() => transition(started, event), { name: "TypeError" });
});

Deno.test("transition completes no task that has something left to do", () => {
  const event: TaskEvent = { type: "task-completed", at: AT };
  assert.throws(() => transition(lifeWith("queued"), event), { name: "TypeError" });
  assert.throws(() => transition(lifeWith("running"), event), { name: "TypeError" });
  assert.equal(transition(lifeWith("completed"), event).state.status, "completed");
});

for (const status of ["completed", "failed", "cancelled"] as const) {
  Deno.test(`transition moves no step of a ${status} task`, () => {
    const life: TaskLife = { state: TASK_STATES[status], steps: { a: STEP_STATES.running } };
    for (const { event } of STEP_EVENTS) {
      assert.throws(() => transition(life, event), { name: "TypeError" });
    }
  });
}

Deno.test("transition refuses a step that the task has not", () => {
  const event: TaskEvent = { type: "step-started", stepId: "b", at: AT };
  assert.throws(() => transition(lifeWith("queued"), event), {
    name: "TypeError",
    message: 'Cannot move step "b": there is none',
  });
});
