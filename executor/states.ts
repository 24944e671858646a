import type { Progress, SkipReason, StepStatus, TaskError, TaskStatus, Usage } from "./task.ts";

/** A step's state. Times are epoch milliseconds. */
export type StepState =
  | (Tried & { readonly status: "queued"; readonly retryAt?: number })
  | (Tried & {
    readonly status: "running";
    readonly startedAt: number;
    /** Set while the step only waits for this time. */
    readonly resumeAt?: number;
  })
  | (EndedAttempt & {
    readonly status: "completed";
    /** Set where another task ran it, and this one is its fork. */
    readonly copied?: true;
  })
  | (EndedAttempt & {
    readonly status: "failed";
    /** The task went on without its result. */
    readonly isTolerated?: true;
  })
  | {
    readonly status: "skipped";
    readonly attempt: 0;
    readonly finishedAt: number;
    /** Absent in records of earlier versions. */
    readonly reason?: SkipReason;
  }
  | (Tried & {
    readonly status: "cancelled";
    readonly startedAt: number | null;
    readonly finishedAt: number;
  });

/** The attempts of a step. */
export interface Tried {
  /** How many attempts have begun. */
  readonly attempt: number;
  /** Tokens that its attempts have used so far, as far as the service told. */
  readonly usage?: Usage;
}

interface EndedAttempt extends Tried {
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
    /** When the cancellation was committed. */
    readonly finishedAt: number;
    /** When the last attempt that ran had stopped; null until then, absent where none ran. */
    readonly closedAt?: number | null;
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

/** The part of a task that moves: its own state and that of each step, by step id. */
export interface TaskLife {
  readonly state: TaskState;
  readonly steps: Readonly<Record<string, StepState>>;
}

/** Whether the task has come to its end. */
export function hasEnded(state: TaskState): boolean {
  return state.status !== "running";
}

/** Whether a cancelled task still has attempts that are being stopped. */
export function isClosing(
  state: TaskState,
): state is TaskState & { readonly status: "cancelled"; readonly closedAt: null } {
  return state.status === "cancelled" && state.closedAt === null;
}

/** Whether nothing more will happen to the step. */
export function hasStepEnded(state: StepState): boolean {
  return STEP_MOVES[state.status].length === 0;
}

/** Whether the step failed and its task went on without its result. */
export function isTolerated(state: StepState): boolean {
  return state.status === "failed" && state.isTolerated === true;
}

/**
 * How far a task is. What was skipped, and what failed without stopping the task, counts as
 * completed, and what runs as the next step.
 */
export function progressOf(steps: readonly StepState[]): Progress {
  const completed = steps.filter((state) =>
    state.status === "completed" || state.status === "skipped" || isTolerated(state)
  );
  const isRunning = steps.some(({ status }) => status === "running");
  const total = steps.length;
  return {
    step: Math.min(total, completed.length + (isRunning ? 1 : 0)),
    total,
    completed: completed.length,
  };
}
