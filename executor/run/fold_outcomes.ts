import type { StepDefinition } from "../definition/schema.ts";
import type { TaskLife } from "../states.ts";
import { transition } from "../transition.ts";
import { type AttemptOutcome, eventOf, stepRecordOf } from "./step_outcome.ts";
import type { Draft } from "./task_lane.ts";
import type { TaskScope } from "./task_scope.ts";

/** An attempt of a step, over. */
export interface EndedAttempt {
  readonly step: StepDefinition;
  readonly outcome: AttemptOutcome;
}

/** A draft that also brings what these attempts have made; the scope knows of it from here on. */
export function foldOutcomes(
  draft: Draft,
  ended: readonly EndedAttempt[],
  { scope, now }: { readonly scope: TaskScope; readonly now: number },
): Draft {
  const steps = new Map(draft.steps);
  let { life } = draft;
  for (const { step, outcome } of ended) {
    const event = eventOf(step, outcome, now);
    if (event === null) continue;
    remember(scope, life, { step, outcome }, now);
    life = transition(life, event);
    const prepared = stepRecordOf(outcome, scope.failuresOf(step.id));
    if (prepared !== null) steps.set(step.id, prepared);
  }
  return { ...draft, life, steps };
}

function remember(
  scope: TaskScope,
  life: TaskLife,
  { step: { id: stepId }, outcome }: EndedAttempt,
  finishedAt: number,
): void {
  if (outcome.type === "done") scope.completed(stepId, outcome.output);
  if (outcome.type === "failed") scope.failed(stepId, outcome.message);
  const state = life.steps[stepId];
  if (outcome.type !== "retry-later" || state?.status !== "running") return;
  const { message, usage } = outcome;
  const { attempt, startedAt } = state;
  scope.addFailure(stepId, { attempt, startedAt, finishedAt, message, ...(usage && { usage }) });
}
