import type {
  AttemptEnded,
  AttemptRef,
  ExecutorEvent,
  RunRef,
  TaskEnded,
  TaskRef,
} from "../../executor/mod.ts";
import type { Answer } from "./answers.ts";
import type { LogFields, LogLevel } from "./log_lines.ts";

/** What the log says of something that happened. */
export interface LogEntry {
  readonly level: LogLevel;
  readonly category: "task" | "step" | "queue" | "http" | "error";
  readonly message: string;
  readonly fields: LogFields;
}

/** What the log says of an event; null for what only numbers tell. */
export function entryOf(event: ExecutorEvent): LogEntry | null {
  switch (event.type) {
    case "task-accepted": {
      const fields = { origin: event.origin.kind, queued: event.isQueued };
      return of("info", "task", "Task accepted", { ...taskFields(event.task), ...fields });
    }
    case "task-started": {
      const fields = { ...taskFields(event.task), waitedMs: event.waitedMs };
      return of("debug", "task", "Task started", fields);
    }
    case "task-ended":
      return taskEnded(event);
    case "task-deleted":
      return of("info", "task", "Task deleted", { taskId: event.taskId, reason: event.reason });
    case "lease-expired": {
      const { taskId, crashes } = event;
      return of("warning", "queue", "Task taken over: its worker died", { taskId, crashes });
    }
    case "run-began":
      return of("debug", "queue", "Task taken", runFields(event.run));
    case "run-ended":
      return runEnded(event.run, event.ending);
    case "attempt-began":
      return of("debug", "step", "Step attempt started", attemptFields(event.attempt));
    case "attempt-ended":
      return attemptEnded(event);
    case "step-ended":
    case "committed":
      return null;
  }
}

/** What the log says of an answered request. Why it failed is logged with the error. */
export function answerEntry({ method, path, status, durationMs }: Answer): LogEntry {
  const level = status >= 500 ? "warning" : "debug";
  return of(level, "http", "Request answered", { method, path, status, durationMs });
}

function taskEnded({ task, status, durationMs, failedStepId }: TaskEnded): LogEntry {
  const fields = { ...taskFields(task), status, durationMs, stepId: failedStepId };
  return of(status === "failed" ? "warning" : "info", "task", `Task ${status}`, fields);
}

const LEAVINGS = {
  "ended": { level: "debug", message: "Task left: it has ended" },
  "waiting": { level: "debug", message: "Task left: it waits" },
  "handed-over": { level: "info", message: "Task handed over" },
  "lost": { level: "warning", message: "Task left: it is another worker's now" },
} as const;

function runEnded(run: RunRef, ending: keyof typeof LEAVINGS): LogEntry {
  const { level, message } = LEAVINGS[ending];
  return of(level, "queue", message, runFields(run));
}

const ATTEMPT_WORDS = {
  completed: { level: "debug", message: "Step attempt completed" },
  waiting: { level: "debug", message: "Step waits" },
  aborted: { level: "debug", message: "Step attempt stopped" },
  retried: { level: "warning", message: "Step attempt failed, to be tried again" },
  failed: { level: "warning", message: "Step attempt failed for good" },
} as const;

function attemptEnded({ attempt, outcome, durationMs, fault, usage }: AttemptEnded): LogEntry {
  const { level, message } = ATTEMPT_WORDS[outcome];
  return of(level, "step", message, {
    ...attemptFields(attempt),
    durationMs,
    fault: fault?.type,
    reference: fault?.reference,
    inputTokens: usage?.inputTokens,
    outputTokens: usage?.outputTokens,
  });
}

function taskFields({ taskId, appId, appVersion }: TaskRef): LogFields {
  return { taskId, appId, appVersion };
}

function runFields({ task, crashes }: RunRef): LogFields {
  return { ...taskFields(task), crashes };
}

function attemptFields({ run, stepId, kind, number }: AttemptRef): LogFields {
  return { taskId: run.task.taskId, stepId, kind, attempt: number };
}

function of(
  level: LogLevel,
  category: LogEntry["category"],
  message: string,
  fields: LogFields,
): LogEntry {
  return { level, category, message, fields };
}
