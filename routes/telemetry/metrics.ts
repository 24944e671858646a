import type { AttemptEnded, ExecutorEvent, StepEnded, TaskEnded } from "../../executor/mod.ts";
import type { Answer } from "./answers.ts";
import { createCounter, createHistogram } from "./instruments.ts";
import type { Family } from "./prometheus.ts";

const COMMIT_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];
const RUN_SECONDS = [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1_800, 3_600, 86_400];

/** Counts what happens in this process since it started. Its labels have few values: no ids, no names. */
export interface Metrics {
  onEvent(event: ExecutorEvent): void;
  onAnswer(answer: Answer): void;
  onUnexpected(): void;
  /** What was counted. */
  families(): readonly Family[];
}

/** @param isKind Whether there is such a step kind: a stored definition may name one that is gone. */
export function createMetrics(isKind: (kind: string) => boolean): Metrics {
  const counted = createInstruments();
  const kindOf = (kind: string) => isKind(kind) ? kind : "other";

  function onTaskEnded({ status, durationMs }: TaskEnded): void {
    counted.tasksEnded.add([status]);
    if (durationMs !== null) counted.taskSeconds.observe([status], durationMs / 1_000);
  }

  function onStepEnded({ kind, status, durationMs }: StepEnded): void {
    counted.stepsEnded.add([kindOf(kind), status]);
    if (durationMs !== null) counted.stepSeconds.observe([kindOf(kind)], durationMs / 1_000);
  }

  function onAttemptEnded({ attempt, outcome, usage }: AttemptEnded): void {
    counted.attempts.add([kindOf(attempt.kind), outcome]);
    if (usage === null) return;
    counted.tokens.add(["input"], usage.inputTokens);
    counted.tokens.add(["output"], usage.outputTokens);
  }

  return {
    families: () => Object.values(counted),
    onUnexpected: () => counted.errors.add([]),
    onAnswer: ({ method, status }) => counted.answers.add([method, String(status)]),
    onEvent(event) {
      switch (event.type) {
        case "task-accepted":
          return counted.tasksAccepted.add([event.origin.kind]);
        case "task-started":
          return counted.taskWaitSeconds.observe([], event.waitedMs / 1_000);
        case "task-ended":
          return onTaskEnded(event);
        case "task-deleted":
          return counted.tasksDeleted.add([event.reason]);
        case "lease-expired":
          return counted.leasesExpired.add([]);
        case "run-ended":
          return counted.runsEnded.add([event.ending]);
        case "attempt-ended":
          return onAttemptEnded(event);
        case "step-ended":
          return onStepEnded(event);
        case "committed":
          counted.commitWrites.add([], event.writeSets);
          return counted.commitSeconds.observe([], event.durationMs / 1_000);
        case "run-began":
        case "attempt-began":
          return;
      }
    },
  };
}

function createInstruments() {
  return {
    tasksAccepted: createCounter({
      name: "callboard_tasks_accepted_total",
      help: "Tasks accepted here, by how they were triggered.",
      labels: ["origin"],
    }),
    tasksEnded: createCounter({
      name: "callboard_tasks_ended_total",
      help: "Tasks ended here, by how they ended.",
      labels: ["outcome"],
    }),
    tasksDeleted: createCounter({
      name: "callboard_tasks_deleted_total",
      help: "Tasks deleted here, because somebody asked or by retention.",
      labels: ["reason"],
    }),
    taskWaitSeconds: createHistogram({
      name: "callboard_task_wait_seconds",
      help: "Time from the acceptance of a task to its start.",
    }, RUN_SECONDS),
    taskSeconds: createHistogram({
      name: "callboard_task_duration_seconds",
      help: "Time from the start of a task to its end.",
      labels: ["outcome"],
    }, RUN_SECONDS),
    runsEnded: createCounter({
      name: "callboard_task_runs_total",
      help: "Times this process worked on a task, by why it left it.",
      labels: ["outcome"],
    }),
    leasesExpired: createCounter({
      name: "callboard_leases_expired_total",
      help: "Tasks taken over from a process that died.",
    }),
    stepsEnded: createCounter({
      name: "callboard_steps_ended_total",
      help: "Steps ended here, by kind and by how they ended.",
      labels: ["kind", "outcome"],
    }),
    stepSeconds: createHistogram({
      name: "callboard_step_duration_seconds",
      help: "Time from the start of a step's last attempt to its end, waiting included.",
      labels: ["kind"],
    }, RUN_SECONDS),
    attempts: createCounter({
      name: "callboard_step_attempts_total",
      help: "Attempts of steps that are over here. Outcome retried: failed, to be tried again.",
      labels: ["kind", "outcome"],
    }),
    tokens: createCounter({
      name: "callboard_tokens_total",
      help: "Tokens that the steps ended here have used.",
      labels: ["direction"],
    }),
    commitSeconds: createHistogram({
      name: "callboard_kv_commit_duration_seconds",
      help: "Time of a group commit to the database.",
    }, COMMIT_SECONDS),
    commitWrites: createCounter({
      name: "callboard_kv_commit_writes_total",
      help: "Writes that went with those commits: divided by their count, how many share one.",
    }),
    answers: createCounter({
      name: "callboard_http_requests_total",
      help: "Requests answered, by method and status.",
      labels: ["method", "status"],
    }),
    errors: createCounter({
      name: "callboard_unexpected_errors_total",
      help: "Errors that nobody expected; the log has them.",
    }),
  };
}
