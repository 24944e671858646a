import {
  hasEnded,
  hasStepEnded,
  isClosing,
  STEP_MOVES,
  type StepState,
  TASK_MOVES,
  type TaskLife,
  type TaskState,
  type Tried,
} from "./states.ts";
import type { SkipReason, TaskError, Usage } from "./task.ts";
import { addUsage } from "./usage.ts";

/** What can happen to a task. `at` and the like are epoch milliseconds. */
export type TaskEvent =
  | { readonly type: "task-started"; readonly at: number }
  | { readonly type: "step-started"; readonly stepId: string; readonly at: number }
  | {
    readonly type: "step-skipped";
    readonly stepId: string;
    readonly at: number;
    readonly reason: SkipReason;
  }
  | {
    readonly type: "step-waiting";
    readonly stepId: string;
    readonly resumeAt: number;
    readonly usage?: Usage;
  }
  | {
    readonly type: "step-retrying";
    readonly stepId: string;
    readonly retryAt: number;
    readonly usage?: Usage;
  }
  /** An attempt that is being cut short has used tokens. */
  | { readonly type: "step-used"; readonly stepId: string; readonly usage: Usage }
  /** The process that ran it died: the next start is another attempt. */
  | { readonly type: "step-interrupted"; readonly stepId: string }
  /** The process that runs it stops in good order: the next start is the same attempt. */
  | { readonly type: "step-handed-over"; readonly stepId: string }
  | {
    readonly type: "step-completed";
    readonly stepId: string;
    readonly at: number;
    readonly usage?: Usage;
  }
  /** For good: the task fails with it, unless it goes on without this step's result. */
  | {
    readonly type: "step-failed";
    readonly stepId: string;
    readonly at: number;
    readonly message: string;
    readonly isTolerated?: boolean;
    readonly usage?: Usage;
  }
  | { readonly type: "task-completed"; readonly at: number }
  | { readonly type: "task-failed"; readonly at: number; readonly error: TaskError }
  /** `isIdle`: nobody runs it, whatever its steps say, as it waits for its turn. */
  | { readonly type: "task-cancelled"; readonly at: number; readonly isIdle?: boolean }
  /** Nothing of a cancelled task runs any more. `used`: tokens told since, by step id. */
  | { readonly type: "attempts-closed"; readonly at: number; readonly used?: UsageOfSteps };

/** Tokens that attempts have used, by step id. */
export type UsageOfSteps = ReadonlyMap<string, Usage>;

/**
 * The state after an event.
 *
 * @throws {TypeError} when the move is not in the tables above, or the step is unknown: a bug.
 */
export function transition(life: TaskLife, event: TaskEvent): TaskLife {
  switch (event.type) {
    case "task-started":
      assertThat(life.state.startedAt === null, "Cannot start the task: it has started already");
      return withTask(life, { status: "running", startedAt: event.at });
    case "task-completed":
      assertThat(
        Object.values(life.steps).every(hasStepEnded),
        "Cannot complete the task: not all of its steps have ended",
      );
      return withTask(life, {
        status: "completed",
        startedAt: startOf(life, event.at),
        finishedAt: event.at,
      });
    case "task-failed":
      return endAll(failTask(life, event.at, event.error), event.at);
    case "task-cancelled": {
      const mayRun = event.isIdle !== true && hasRunningAttempt(life, event.at);
      return endAll(
        withTask(life, {
          status: "cancelled",
          startedAt: life.state.startedAt,
          finishedAt: event.at,
          ...(mayRun && { closedAt: null }),
        }),
        event.at,
      );
    }
    case "attempts-closed":
      if (!isClosing(life.state)) {
        throw new TypeError("Cannot close the attempts: none is being stopped");
      }
      return {
        state: { ...life.state, closedAt: event.at },
        steps: mapSteps(life, (state, stepId) => withUsage(state, event.used?.get(stepId))),
      };
    case "step-failed": {
      const failed = moveStep(life, event.stepId, event);
      if (event.isTolerated === true) return failed;
      const error = { stepId: event.stepId, message: event.message };
      return endAll(failTask(failed, event.at, error), event.at);
    }
    default:
      return moveStep(life, event.stepId, event);
  }
}

type StepEvent = Extract<TaskEvent, { readonly stepId: string }>;

function moveStep(life: TaskLife, stepId: string, event: StepEvent): TaskLife {
  const from = life.steps[stepId];
  if (from === undefined) throw new TypeError(`Cannot move step "${stepId}": there is none`);
  assertThat(!hasEnded(life.state), `Cannot move step "${stepId}": its task has ended`);
  const to = nextStepState(from, event);
  assertMove(STEP_MOVES, from.status, to.status, `step "${stepId}"`);
  return { ...life, steps: { ...life.steps, [stepId]: to } };
}

function nextStepState(from: StepState, event: StepEvent): StepState {
  const tried = triedAfter(from, event);
  switch (event.type) {
    case "step-started": {
      assertThat(from.status === "queued", `Cannot start a step: it is "${from.status}"`);
      return { status: "running", ...tried, attempt: from.attempt + 1, startedAt: event.at };
    }
    case "step-skipped":
      assertThat(from.attempt === 0, "Cannot skip a step: it has begun");
      return { status: "skipped", attempt: 0, finishedAt: event.at, reason: event.reason };
    case "step-waiting":
      return {
        status: "running",
        ...tried,
        startedAt: runningSince(from),
        resumeAt: event.resumeAt,
      };
    case "step-used":
      return { ...running(from), ...tried };
    case "step-retrying":
      return { status: "queued", ...tried, retryAt: event.retryAt };
    case "step-interrupted":
      return { status: "queued", ...tried };
    case "step-handed-over":
      return { status: "queued", ...tried, attempt: from.attempt - 1 };
    case "step-completed":
      return {
        status: "completed",
        ...tried,
        startedAt: runningSince(from),
        finishedAt: event.at,
      };
    case "step-failed":
      return {
        status: "failed",
        ...tried,
        startedAt: runningSince(from),
        finishedAt: event.at,
        ...(event.isTolerated && { isTolerated: true }),
      };
  }
}

/** The attempts of a step, and what they have used with what the event tells of. */
function triedAfter(from: StepState, event: StepEvent): Tried {
  const before = "usage" in from ? from.usage : undefined;
  const usage = addUsage(before, "usage" in event ? event.usage : undefined);
  return { attempt: from.attempt, ...(usage && { usage }) };
}

function runningSince(state: StepState): number {
  return running(state).startedAt;
}

function running(state: StepState): StepState & { readonly status: "running" } {
  if (state.status === "running") return state;
  throw new TypeError(`Cannot end a step: it is "${state.status}", not "running"`);
}

/** What runs is cancelled, what has not begun is skipped. */
function endAll(life: TaskLife, at: number): TaskLife {
  return { ...life, steps: mapSteps(life, (state) => endStep(state, at)) };
}

function mapSteps(
  { steps }: TaskLife,
  change: (state: StepState, stepId: string) => StepState,
): TaskLife["steps"] {
  return Object.fromEntries(Object.entries(steps).map(([id, state]) => [id, change(state, id)]));
}

/** What was cancelled, with what its last attempt turned out to have used. */
function withUsage(state: StepState, more: Usage | undefined): StepState {
  if (state.status !== "cancelled" || more === undefined) return state;
  return { ...state, usage: addUsage(state.usage, more) };
}

function endStep(state: StepState, at: number): StepState {
  if (state.status !== "queued" && state.status !== "running") return state;
  const { attempt, usage } = state;
  if (attempt === 0) return { status: "skipped", attempt, finishedAt: at, reason: "ended" };
  const startedAt = state.status === "running" ? state.startedAt : null;
  return { status: "cancelled", attempt, startedAt, finishedAt: at, ...(usage && { usage }) };
}

function failTask(life: TaskLife, at: number, error: TaskError): TaskLife {
  return withTask(life, { status: "failed", startedAt: startOf(life, at), finishedAt: at, error });
}

function startOf(life: TaskLife, fallback: number): number {
  return life.state.startedAt ?? fallback;
}

function withTask(life: TaskLife, state: TaskState): TaskLife {
  assertMove(TASK_MOVES, life.state.status, state.status, "the task");
  return { ...life, state };
}

function assertMove<Status extends string>(
  moves: Record<Status, readonly Status[]>,
  from: Status,
  to: Status,
  what: string,
): void {
  if (!moves[from].includes(to)) {
    throw new TypeError(`Cannot move ${what} to "${to}": it is "${from}"`);
  }
}

function assertThat(isSo: boolean, sentence: string): void {
  if (!isSo) throw new TypeError(sentence);
}

/** Whether some step may run and not only wait, for a time still to come: somebody has to stop it. */
function hasRunningAttempt(life: TaskLife, now: number): boolean {
  return Object.values(life.steps).some((state) =>
    state.status === "running" && (state.resumeAt ?? now) <= now
  );
}
