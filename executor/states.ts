import type { StepStatus, TaskError, TaskStatus, Usage } from "./task.ts";

/** A step's state. `attempt` is the number of attempts begun; times are epoch milliseconds. */
export type StepState =
  | { readonly status: "queued"; readonly attempt: number; readonly retryAt?: number }
  | {
    readonly status: "running";
    readonly attempt: number;
    readonly startedAt: number;
    /** Set while the step only waits for this time. */
    readonly resumeAt?: number;
  }
  | (EndedAttempt & { readonly status: "completed"; readonly usage?: Usage })
  | (EndedAttempt & { readonly status: "failed" })
  | { readonly status: "skipped"; readonly attempt: 0; readonly finishedAt: number }
  | {
    readonly status: "cancelled";
    readonly attempt: number;
    readonly startedAt: number | null;
    readonly finishedAt: number;
  };

interface EndedAttempt {
  readonly attempt: number;
  readonly startedAt: number;
  readonly finishedAt: number;
}

/** A task's state: `running` from the moment it is accepted, `startedAt` null until a worker has it. */
export type TaskState =
  | { readonly status: "running"; readonly startedAt: number | null }
  | { readonly status: "completed"; readonly startedAt: number; readonly finishedAt: number }
  | {
    readonly status: "failed";
    readonly startedAt: number;
    readonly finishedAt: number;
    readonly error: TaskError;
  }
  | {
    readonly status: "cancelled";
    readonly startedAt: number | null;
    readonly finishedAt: number;
  };

/** The legal moves of a step. */
export const STEP_MOVES = {
  queued: ["running", "skipped", "cancelled"],
  running: ["running", "queued", "completed", "failed", "cancelled"],
  completed: [],
  failed: [],
  skipped: [],
  cancelled: [],
} as const satisfies Record<StepStatus, readonly StepStatus[]>;

/** The legal moves of a task. */
export const TASK_MOVES = {
  running: ["running", "completed", "failed", "cancelled"],
  completed: [],
  failed: [],
  cancelled: [],
} as const satisfies Record<TaskStatus, readonly TaskStatus[]>;
