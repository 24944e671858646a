import type { InputDefinition, Json, OutputType } from "./definition/schema.ts";
import type { StepState } from "./states.ts";

export const TASK_STATUSES = ["running", "completed", "failed", "cancelled"] as const;
export type TaskStatus = typeof TASK_STATUSES[number];

export const STEP_STATUSES = [
  "queued",
  "running",
  "completed",
  "failed",
  "skipped",
  "cancelled",
] as const;
export type StepStatus = typeof STEP_STATUSES[number];

/** Why a step did not run: its condition did not hold, what it needs was skipped, its task ended. */
export const SKIP_REASONS = ["condition", "needs", "ended"] as const;
export type SkipReason = typeof SKIP_REASONS[number];

/** How a task was triggered. */
export const ORIGIN_KINDS = [
  "person",
  "api",
  "fork",
  "schedule",
  "webhook",
  "mcp",
  "embed",
] as const;
export type OriginKind = typeof ORIGIN_KINDS[number];
export interface Origin {
  readonly kind: OriginKind;
}

/**
 * Which task a fork was made from, at which step (null: the whole app), and what copying its results
 * has saved: the time the copied steps took, and the tokens they read and wrote.
 */
export interface ForkedFrom {
  readonly taskId: string;
  readonly stepId: string | null;
  readonly savedMs: number;
  readonly savedTokens: number;
}

/** Tokens a model read and wrote. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** Why a task failed: at a step, or at an output whose text did not parse. */
export interface TaskError {
  readonly stepId: string | null;
  readonly outputName?: string;
  readonly message: string;
}

/**
 * "Step 2 of 5": `step` of `total`. `completed` counts steps that were skipped as well, and those
 * that failed without stopping the task.
 */
export interface Progress {
  readonly step: number;
  readonly total: number;
  readonly completed: number;
}

export interface AppRef {
  readonly id: string;
  readonly name: string;
  readonly version: number;
}

/** A row of the Task History. Times are epoch milliseconds. */
export interface TaskRow {
  readonly id: string;
  readonly status: TaskStatus;
  readonly app: AppRef;
  readonly origin: Origin;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
}

/** A page of the Task History, newest first. Cursors are task ids, null where there is no such page. */
export interface TaskPage {
  readonly rows: readonly TaskRow[];
  /** `before` of the next (older) page. */
  readonly older: string | null;
  /** `after` of the previous (newer) page. */
  readonly newer: string | null;
}

/** A text as a page shows it: whole, or its beginning. Lengths are in characters (UTF-16 units). */
export interface Excerpt {
  readonly text: string;
  readonly length: number;
  readonly isCut: boolean;
}

/** Everything a page shows of one task; long texts are excerpts. */
export interface TaskDetail extends TaskRow {
  /** Grows with every change of the record. */
  readonly revision: number;
  /**
   * Of a cancelled task: when the last attempt that ran had stopped; null while it is being stopped,
   * absent where none ran.
   */
  readonly closedAt?: number | null;
  readonly description: string;
  /** How many tasks of its app may run at once, where it waits for one of them; null elsewhere. */
  readonly waitsForSlotOf: number | null;
  readonly inputs: readonly InputDetail[];
  /** Step ids in the order they can run; the steps of one level run in parallel. */
  readonly levels: readonly (readonly string[])[];
  readonly steps: readonly StepDetail[];
  readonly progress: Progress;
  readonly outputs: readonly OutputDetail[];
  readonly error: TaskError | null;
  /** The label of the output that made the task fail, where one did. */
  readonly failedOutput: string | null;
  readonly usage: Usage | null;
  readonly forkedFrom: ForkedFromDetail | null;
  /** The newest tasks that were forked from it, newest first. */
  readonly forks: readonly ForkDetail[];
  /** Whether there are older forks that are not among them. */
  readonly hasMoreForks: boolean;
}

export interface ForkedFromDetail extends ForkedFrom {
  /** Null for the whole app. */
  readonly stepName: string | null;
  /** False where it has been deleted. */
  readonly exists: boolean;
}

/** A task that was forked from another. `createdAt` is in epoch milliseconds. */
export interface ForkDetail {
  readonly id: string;
  /** Of the step it was forked at; null for the whole app. */
  readonly stepName: string | null;
  /** Of the app, as it runs there. */
  readonly version: number;
  readonly createdAt: number;
}

export interface InputDetail {
  readonly name: string;
  readonly label: string;
  readonly type: InputDefinition["type"];
  /** What a person reads: "Yes" and "No" for a checkbox. */
  readonly value: Excerpt;
}

export interface StepDetail {
  readonly id: string;
  /** Its place in the definition, from 1. */
  readonly number: number;
  readonly name: string;
  readonly kindLabel: string;
  /** What an attempt of it keeps open while it runs, such as "request to the model". */
  readonly holds: string | null;
  /** Numbers of the steps it waits for. */
  readonly needs: readonly number[];
  /** The condition under which it runs; null where it always does. */
  readonly when: string | null;
  readonly state: StepState;
  /** The rendered config, field by field; null until what it needs has completed. */
  readonly given: readonly GivenField[] | null;
  /** What the current or last attempt has streamed; null where nothing was. */
  readonly written: Written | null;
  readonly result: StepResult | null;
  readonly error: string | null;
  /** Attempts that failed and were followed by another, oldest first. */
  readonly failures: readonly AttemptFailure[];
  readonly usage: Usage | null;
}

/** An attempt that failed. Times are epoch milliseconds. */
export interface AttemptFailure {
  readonly attempt: number;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly message: string;
  /** Tokens it used, where the service told. */
  readonly usage?: Usage;
}

export interface GivenField {
  readonly name: string;
  readonly value: Excerpt;
}

/** Streamed text: the last part of it where it is long. `length` counts all of it, in UTF-16 units. */
export interface Written {
  readonly attempt: number;
  readonly text: string;
  readonly length: number;
}

export interface StepResult {
  readonly format: "text" | "json";
  readonly value: Excerpt;
}

export interface OutputDetail {
  readonly name: string;
  readonly label: string;
  readonly type: OutputType;
  readonly value: Excerpt;
}

/** A task as JSON clients get it: one shape everywhere. Times are ISO 8601 in UTC. */
export interface TaskJson {
  readonly id: string;
  readonly status: TaskStatus;
  readonly app: AppRef & { readonly description: string };
  readonly origin: Origin;
  /** Absent where it is no fork. */
  readonly forkedFrom?: ForkedFrom;
  readonly inputs: Readonly<Record<string, Json>>;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly durationMs: number | null;
  /**
   * Of a cancelled task: when the last attempt that ran had stopped; null while it is being stopped,
   * absent where none ran.
   */
  readonly closedAt?: string | null;
  readonly progress: Progress;
  readonly steps: readonly StepJson[];
  readonly outputs: readonly OutputJson[];
  readonly error?: TaskError;
  readonly usage?: Usage;
}

export interface StepJson {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly status: StepStatus;
  readonly attempt: number;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly durationMs: number | null;
  readonly resumeAt?: string;
  readonly retryAt?: string;
  readonly output?: Json;
  readonly error?: string;
  /** Present where it failed and the task went on without its result. */
  readonly isTolerated?: true;
  /** Why it was skipped. */
  readonly reason?: SkipReason;
  /** Attempts that failed and were followed by another; absent where there were none. */
  readonly failures?: readonly AttemptFailureJson[];
  readonly usage?: Usage;
  /** Where another task ran it, and this one is its fork. */
  readonly copied?: true;
}

export interface AttemptFailureJson {
  readonly attempt: number;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly error: string;
  readonly usage?: Usage;
}

export interface OutputJson {
  readonly name: string;
  readonly label: string;
  readonly type: OutputType;
  readonly value: Json;
}
