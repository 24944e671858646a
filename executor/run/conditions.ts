import type { Plan } from "../definition/plan.ts";
import type { TaskLife } from "../states.ts";
import { conditionHolds } from "../template/condition.ts";
import { TemplateError, type TemplateScope } from "../template/liquid.ts";
import { advance, unjudged, type Verdicts } from "./advance.ts";

/** As `advance`, with the conditions of the steps whose turn it is judged on the way. */
export async function advanceJudged(
  life: TaskLife,
  plan: Plan,
  now: number,
  readScope: () => Promise<TemplateScope>,
): Promise<TaskLife> {
  let next = advance(life, plan, now);
  for (let open = unjudged(next, plan, now); open.length > 0;) {
    next = advance(next, plan, now, await judge(open, plan, await readScope()));
    open = unjudged(next, plan, now);
  }
  return next;
}

async function judge(
  stepIds: readonly string[],
  { conditions }: Plan,
  scope: TemplateScope,
): Promise<Verdicts> {
  const verdicts = new Map<string, boolean>();
  for (const stepId of stepIds) {
    verdicts.set(stepId, await mayRun(conditions.get(stepId) ?? "true", scope));
  }
  return verdicts;
}

/** A condition that cannot be judged is the step's own error: its attempt meets it again. */
async function mayRun(condition: string, scope: TemplateScope): Promise<boolean> {
  try {
    return await conditionHolds(condition, scope);
  } catch (error) {
    if (error instanceof TemplateError) return true;
    throw error;
  }
}
