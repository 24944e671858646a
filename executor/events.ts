import type { Origin, StepStatus, TaskStatus, Usage } from "./task.ts";

/**
 * What happens in an executor, for logs, metrics and traces. It has ids, words and numbers, never an
 * input, a prompt, a result or a message: those stay in the database. Durations are in milliseconds.
 */
export type ExecutorEvent =
  /** A task is durable. `isQueued`: no worker has taken it in the same commit. */
  | {
    readonly type: "task-accepted";
    readonly task: TaskRef;
    readonly origin: Origin;
    readonly isQueued: boolean;
  }
  /** `waitedMs`: since it was accepted. */
  | { readonly type: "task-started"; readonly task: TaskRef; readonly waitedMs: number }
  | TaskEnded
  | { readonly type: "task-deleted"; readonly taskId: string; readonly reason: DeletionReason }
  /** The worker of a task died, as its lease says; `crashes` counts this one. */
  | { readonly type: "lease-expired"; readonly taskId: string; readonly crashes: number }
  | { readonly type: "run-began"; readonly run: RunRef }
  | { readonly type: "run-ended"; readonly run: RunRef; readonly ending: RunEnding }
  | { readonly type: "attempt-began"; readonly attempt: AttemptRef }
  | AttemptEnded
  | StepEnded
  /** A commit was applied or refused; `writeSets`: how many writers shared it. */
  | { readonly type: "committed"; readonly writeSets: number; readonly durationMs: number };

/** A task, and what it is a run of. */
export interface TaskRef {
  readonly taskId: string;
  readonly appId: string;
  readonly appVersion: number;
}

/** The time in which one process works on a task, from taking to leaving it. The same object all along. */
export interface RunRef {
  readonly task: TaskRef;
  /** Whether this process has just accepted it, on behalf of whoever asked. */
  readonly isFresh: boolean;
  /** Processes that died with the task before. */
  readonly crashes: number;
}

/** Why a process left a task: it has ended, waits, was given back in good order, or is not ours any more. */
export type RunEnding = "ended" | "waiting" | "handed-over" | "lost";

/** One attempt of one step. The same object from its beginning to its end. */
export interface AttemptRef {
  readonly run: RunRef;
  readonly stepId: string;
  readonly kind: string;
  /** 1 for the first. */
  readonly number: number;
}

/** An attempt is over in this process, whether or not it could still be committed. */
export interface AttemptEnded {
  readonly type: "attempt-ended";
  readonly attempt: AttemptRef;
  readonly outcome: AttemptEnding;
  readonly durationMs: number;
  /** Null where it did not fail. */
  readonly fault: Fault | null;
  readonly usage: Usage | null;
}

/** `retried`: failed, to be tried again. `aborted`: its task has ended, was given back or lost. */
export const ATTEMPT_ENDINGS = ["completed", "waiting", "retried", "failed", "aborted"] as const;
export type AttemptEnding = typeof ATTEMPT_ENDINGS[number];

/** Why an attempt failed, without what was said about it. */
export interface Fault {
  /** What people were told: words made for them, or only the reference of what nobody expected. */
  readonly type: "permanent" | "retryable" | "template" | "unexpected";
  /** What the log has it under; null where it is not `unexpected`. */
  readonly reference: string | null;
}

/** A step's end was committed. `durationMs` is null where it never began. */
export interface StepEnded {
  readonly type: "step-ended";
  readonly task: TaskRef;
  readonly stepId: string;
  readonly kind: string;
  readonly status: Exclude<StepStatus, "queued" | "running">;
  readonly attempt: number;
  readonly durationMs: number | null;
  readonly usage: Usage | null;
}

/** A task's end was committed. `durationMs` is null where it never began. */
export interface TaskEnded {
  readonly type: "task-ended";
  readonly task: TaskRef;
  readonly status: Exclude<TaskStatus, "running">;
  readonly durationMs: number | null;
  /** The step that it failed with; null for any other end. */
  readonly failedStepId: string | null;
}

export type DeletionReason = "asked" | "retention";

/** Watches an executor. Neither may throw: what watches must not disturb what runs. */
export interface Observer {
  /** Is told of what happens, in the order it happens. Called in the hot path: return at once. */
  onEvent(event: ExecutorEvent): void;
  /** Runs an attempt within whatever the observer keeps about it, such as a span. */
  within<Value>(attempt: AttemptRef, run: () => Value): Value;
}

/** Watches nothing. */
export const NO_OBSERVER: Observer = { onEvent() {}, within: (_, run) => run() };

/** What an error nobody expected is about. */
export interface About {
  readonly taskId?: string;
  readonly stepId?: string;
  /** What people were told to look for in the log. */
  readonly reference?: string;
}

/** Told of errors nobody expected; they may carry secrets. `where` is a few words. */
export type OnUnexpected = (error: unknown, where: string, about?: About) => void;
