import assert from "node:assert/strict";
import {
  hasEnded,
  hasStepEnded,
  isClosing,
  progressOf,
  STEP_MOVES,
  type StepState,
  TASK_MOVES,
  type TaskLife,
  type TaskState,
} from "../../executor/states.ts";
import { type TaskEvent, transition } from "../../executor/transition.ts";
import {
  STEP_STATUSES,
  type StepStatus,
  TASK_STATUSES,
  type TaskStatus,
} from "../../executor/task.ts";
import { createRandom } from "../helpers/random.ts";

const AT = 1_000;

const STEP_STATES: Record<StepStatus, StepState> = {
  queued: { status: "queued", attempt: 2 },
  running: { status: "running", attempt: 3, startedAt: 500 },
  completed: { status: "completed", attempt: 1, startedAt: 400, finishedAt: 450 },
  failed: { status: "failed", attempt: 1, startedAt: 400, finishedAt: 450 },
  skipped: { status: "skipped", attempt: 0, finishedAt: 450 },
  cancelled: { status: "cancelled", attempt: 1, startedAt: 400, finishedAt: 450 },
};

const TASK_STATES: Record<TaskStatus, TaskState> = {
  running: { status: "running", startedAt: 300 },
  completed: { status: "completed", startedAt: 300, finishedAt: 600 },
  failed: {
    status: "failed",
    startedAt: 300,
    finishedAt: 600,
    error: { stepId: null, message: "It broke" },
  },
  cancelled: { status: "cancelled", startedAt: 300, finishedAt: 600 },
};

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

function lifeWith(status: StepStatus): TaskLife {
  return { state: TASK_STATES.running, steps: { a: STEP_STATES[status] } };
}

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
  assert.deepEqual(used(running), usage(10, 1));
  const ends: TaskEvent[] = [
    { type: "step-completed", stepId: "a", at: 8, usage: usage(20, 2) },
    { type: "step-failed", stepId: "a", at: 8, message: "No", usage: usage(20, 2) },
  ];
  for (const end of ends) assert.deepEqual(used(transition(running, end)), usage(30, 3));
  assert.deepEqual(used(transition(running, { type: "task-cancelled", at: 8 })), usage(10, 1));
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

Deno.test("transition keeps a life sound on any walk", () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  const random = createRandom(seed);
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
        assert.ok(error instanceof TypeError, `seed ${seed}`);
        continue;
      }
      assert.ok(!hasEnded(before.state) || isClosing(before.state), `seed ${seed}`);
      for (const [id, step] of Object.entries(before.steps)) {
        if (hasStepEnded(step)) assert.deepEqual(life.steps[id], step, `seed ${seed}`);
      }
      assertSound(life);
      for (const { status } of Object.values(life.steps)) reached.add(status);
    }
    reached.add(`task ${life.state.status}`);
  }
  const all = [...STEP_STATUSES, ...Object.keys(TASK_MOVES).map((status) => `task ${status}`)];
  assert.deepEqual(all.filter((status) => !reached.has(status)), [], `seed ${seed}`);
});
