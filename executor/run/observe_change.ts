import type { App } from "../app.ts";
import type { ExecutorEvent, RunRef, TaskRef } from "../events.ts";
import { hasStepEnded, type StepState, type TaskLife, type TaskState } from "../states.ts";
import type { TaskRecord } from "../store/records.ts";
import type { Claim } from "./claim.ts";
import type { RunContext } from "./context.ts";

export function taskRefOf({ id, app }: TaskRecord): TaskRef {
  return { taskId: id, appId: app.id, appVersion: app.version };
}

export function runRefOf({ task, lease, freshInputs }: Claim): RunRef {
  return {
    task: taskRefOf(task.record),
    isFresh: freshInputs !== null,
    crashes: lease.crashes,
  };
}

/** Tells the observer what a committed change has brought: a start, ends of steps, an end. */
export function observeChange(
  { observer }: Pick<RunContext, "observer">,
  { before, after, app }: {
    readonly before: TaskLife;
    readonly after: TaskRecord;
    readonly app: App;
  },
): void {
  const task = taskRefOf(after);
  const { startedAt } = after.state;
  if (before.state.startedAt === null && startedAt !== null) {
    observer.onEvent({ type: "task-started", task, waitedMs: between(after.createdAt, startedAt) });
  }
  for (const { id, kind } of app.definition.steps) {
    const state = after.steps[id];
    const earlier = before.steps[id];
    if (state === earlier || state === undefined || earlier === undefined) continue;
    if (!hasStepEnded(earlier)) tellStepEnd(observer, { task, stepId: id, kind, state });
  }
  const end = endOf(after.state);
  if (end !== null && before.state.status === "running") {
    observer.onEvent({ type: "task-ended", task, ...end });
  }
}

interface ChangedStep {
  readonly task: TaskRef;
  readonly stepId: string;
  readonly kind: string;
  readonly state: StepState;
}

function tellStepEnd(
  observer: RunContext["observer"],
  { task, stepId, kind, state }: ChangedStep,
): void {
  if (state.status === "queued" || state.status === "running") return;
  const { status, attempt, finishedAt } = state;
  const startedAt = "startedAt" in state ? state.startedAt : null;
  observer.onEvent({
    type: "step-ended",
    task,
    stepId,
    kind,
    status,
    attempt,
    durationMs: startedAt === null ? null : between(startedAt, finishedAt),
    usage: "usage" in state ? state.usage ?? null : null,
  });
}

type End = Omit<Extract<ExecutorEvent, { readonly type: "task-ended" }>, "type" | "task">;

function endOf(state: TaskState): End | null {
  if (state.status === "running") return null;
  return {
    status: state.status,
    durationMs: state.startedAt === null ? null : between(state.startedAt, state.finishedAt),
    failedStepId: state.status === "failed" ? state.error.stepId : null,
  };
}

/** Clocks of processes differ, and are set: no time is negative. */
function between(from: number, to: number): number {
  return Math.max(0, to - from);
}
