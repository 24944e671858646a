import type { TaskLife } from "../states.ts";
import type { Usage } from "../task.ts";
import { transition, type UsageOfSteps } from "../transition.ts";
import { addUsage, subtractUsage } from "../usage.ts";
import type { EndedAttempt } from "./fold_outcomes.ts";
import { usageOfAttempt } from "./step_outcome.ts";

/** A life in which these attempts were cut short: whatever they ended with, what they used counts. */
export function withUsed(life: TaskLife, cut: readonly EndedAttempt[]): TaskLife {
  return usedBy(cut).reduce(
    (next, [stepId, usage]) => transition(next, { type: "step-used", stepId, usage }),
    life,
  );
}

/**
 * What a task that somebody else has ended does not know of: what was told since its record was
 * written, with the change that came too late, and by the attempts that were cut short then.
 */
export function untold(
  record: TaskLife,
  late: TaskLife,
  cut: readonly EndedAttempt[],
): UsageOfSteps {
  const used = new Map(usedBy(cut));
  for (const [stepId, state] of Object.entries(late.steps)) {
    const before = record.steps[stepId];
    const usage = addUsage(used.get(stepId), subtractUsage(usageIn(state), usageIn(before)));
    if (usage !== undefined) used.set(stepId, usage);
  }
  return used;
}

function usedBy(cut: readonly EndedAttempt[]): [stepId: string, Usage][] {
  return cut.flatMap(({ step, outcome }): [string, Usage][] => {
    const usage = usageOfAttempt(outcome);
    return usage === null ? [] : [[step.id, usage]];
  });
}

function usageIn(state: TaskLife["steps"][string] | undefined): Usage | undefined {
  return state !== undefined && "usage" in state ? state.usage : undefined;
}
