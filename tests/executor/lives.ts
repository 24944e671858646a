import type { StepState, TaskLife, TaskState } from "../../executor/states.ts";
import type { StepStatus, TaskStatus } from "../../executor/task.ts";

export const AT = 1_000;

/** A step in each status, and a task. */
export const STEP_STATES: Record<StepStatus, StepState> = {
  queued: { status: "queued", attempt: 2 },
  running: { status: "running", attempt: 3, startedAt: 500 },
  completed: { status: "completed", attempt: 1, startedAt: 400, finishedAt: 450 },
  failed: { status: "failed", attempt: 1, startedAt: 400, finishedAt: 450 },
  skipped: { status: "skipped", attempt: 0, finishedAt: 450 },
  cancelled: { status: "cancelled", attempt: 1, startedAt: 400, finishedAt: 450 },
};

export const TASK_STATES: Record<TaskStatus, TaskState> = {
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

/** A running task of one step, in this status. */
export function lifeWith(status: StepStatus): TaskLife {
  return { state: TASK_STATES.running, steps: { a: STEP_STATES[status] } };
}
