import type { Json, StepDefinition } from "../definition/schema.ts";
import type { Fault } from "../events.ts";
import type { TaskEvent } from "../transition.ts";
import type { PreparedBody } from "../store/bodies.ts";
import type { StepRecord } from "../store/records.ts";
import type { PreparedStep } from "../store/tasks.ts";
import type { AttemptFailure, Usage } from "../task.ts";

/** How one attempt of a step ended. This is the whole vocabulary. */
export type AttemptOutcome =
  | {
    readonly type: "done";
    readonly output: Json;
    readonly format: "text" | "json";
    readonly prepared: PreparedBody;
    readonly usage?: Usage;
  }
  | { readonly type: "wait"; readonly until: number; readonly usage?: Usage }
  | {
    readonly type: "retry-later";
    readonly at: number;
    readonly message: string;
    readonly fault: Fault;
    readonly usage?: Usage;
  }
  | {
    readonly type: "failed";
    readonly message: string;
    readonly fault: Fault;
    readonly usage?: Usage;
  }
  | { readonly type: "aborted"; readonly usage?: Usage };

/** What an outcome does to its task; null for nothing: whoever aborted it has seen to that. */
export function eventOf(
  { id: stepId, onError }: Pick<StepDefinition, "id" | "onError">,
  outcome: AttemptOutcome,
  at: number,
): TaskEvent | null {
  const told = usageOfAttempt(outcome);
  const usage = told === null ? {} : { usage: told };
  switch (outcome.type) {
    case "done":
      return { type: "step-completed", stepId, at, ...usage };
    case "wait":
      return { type: "step-waiting", stepId, resumeAt: outcome.until, ...usage };
    case "retry-later":
      return { type: "step-retrying", stepId, retryAt: outcome.at, ...usage };
    case "failed": {
      const isTolerated = onError === "continue";
      return { type: "step-failed", stepId, at, message: outcome.message, isTolerated, ...usage };
    }
    case "aborted":
      return null;
  }
}

/** Whether the task fails with it. */
export function endsTask(
  { step, outcome }: { readonly step: StepDefinition; readonly outcome: AttemptOutcome },
): boolean {
  return outcome.type === "failed" && step.onError !== "continue";
}

/** Tokens that an attempt has used; null where it told of none. */
export function usageOfAttempt(outcome: AttemptOutcome): Usage | null {
  return "usage" in outcome ? outcome.usage ?? null : null;
}

/** What is kept of an outcome beside the step's state. @param before The attempts that failed. */
export function stepRecordOf(
  outcome: AttemptOutcome,
  before: readonly AttemptFailure[],
): PreparedStep | null {
  const failures = [...before];
  const size = 300 + failures.reduce((sum, { message }) => sum + message.length * 2 + 100, 0);
  switch (outcome.type) {
    case "done": {
      const { format, prepared } = outcome;
      const record: StepRecord = { format, body: prepared.body, error: null, failures };
      return { record, size: size + prepared.size };
    }
    case "retry-later":
      return { record: { format: "text", body: null, error: null, failures }, size };
    case "failed": {
      const record: StepRecord = { format: "text", body: null, error: outcome.message, failures };
      return { record, size: size + outcome.message.length * 2 };
    }
    default:
      return null;
  }
}
