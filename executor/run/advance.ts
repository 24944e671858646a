import type { Plan } from "../definition/plan.ts";
import { hasStepEnded, type StepState, type TaskLife } from "../states.ts";
import { type TaskEvent, transition } from "../transition.ts";

/** A life with nothing begun. */
export function unbegunLife(stepIds: readonly string[]): TaskLife {
  const steps = stepIds.map((id): [string, StepState] => [id, { status: "queued", attempt: 0 }]);
  return { state: { status: "running", startedAt: null }, steps: Object.fromEntries(steps) };
}

/** By step id: whether the step's condition holds. */
export type Verdicts = ReadonlyMap<string, boolean>;

const NO_VERDICTS: Verdicts = new Map();

/**
 * Starts the task, if that is still to be done, and every step that has what it needs; skips those
 * whose condition does not hold and those that need only what was skipped. A step whose condition
 * nobody has judged yet stays queued.
 */
export function advance(
  life: TaskLife,
  plan: Plan,
  now: number,
  verdicts: Verdicts = NO_VERDICTS,
): TaskLife {
  let next = life.state.status === "running" && life.state.startedAt === null
    ? transition(life, { type: "task-started", at: now })
    : life;
  for (let events = moves(next, plan, now, verdicts); events.length > 0;) {
    next = events.reduce(transition, next);
    const hasSkipped = events.some(({ type }) => type === "step-skipped");
    events = hasSkipped ? moves(next, plan, now, verdicts) : [];
  }
  return next;
}

/** The steps that have what they need and wait for their condition to be judged. */
export function unjudged(life: TaskLife, plan: Plan, now: number): string[] {
  if (plan.conditions.size === 0) return [];
  return readySteps(life, plan, now).filter((stepId) =>
    isConditional(life, plan, stepId) && !needsOnlySkipped(life, plan, stepId)
  );
}

function moves(life: TaskLife, plan: Plan, at: number, verdicts: Verdicts): TaskEvent[] {
  return readySteps(life, plan, at).flatMap((stepId): TaskEvent[] => {
    if (needsOnlySkipped(life, plan, stepId)) {
      return [{ type: "step-skipped", stepId, at, reason: "needs" }];
    }
    const verdict = isConditional(life, plan, stepId) ? verdicts.get(stepId) : true;
    if (verdict === undefined) return [];
    return verdict
      ? [{ type: "step-started", stepId, at }]
      : [{ type: "step-skipped", stepId, at, reason: "condition" }];
  });
}

function readySteps(life: TaskLife, plan: Plan, now: number): string[] {
  if (life.state.status !== "running") return [];
  return Object.entries(life.steps).flatMap(([stepId, state]) =>
    isReady(state, now) && haveNeedsEnded(life, plan, stepId) ? [stepId] : []
  );
}

function isReady(state: StepState, now: number): boolean {
  return state.status === "queued" && (state.retryAt ?? 0) <= now;
}

/** What a running task needs can only have ended in ways that let it go on. */
function haveNeedsEnded(life: TaskLife, plan: Plan, stepId: string): boolean {
  return needsOf(life, plan, stepId).every((need) => need !== undefined && hasStepEnded(need));
}

function needsOnlySkipped(life: TaskLife, plan: Plan, stepId: string): boolean {
  const needs = needsOf(life, plan, stepId);
  return needs.length > 0 && needs.every((need) => need?.status === "skipped");
}

function needsOf(life: TaskLife, plan: Plan, stepId: string): (StepState | undefined)[] {
  return (plan.needs.get(stepId) ?? []).map((need) => life.steps[need]);
}

/** A condition is judged once: a step that has begun keeps on. */
function isConditional(life: TaskLife, plan: Plan, stepId: string): boolean {
  return plan.conditions.has(stepId) && life.steps[stepId]?.attempt === 0;
}

/** Steps of a task whose worker is gone: what was running begins anew, what only waited goes on. */
export function interrupted(life: TaskLife): TaskLife {
  return withActiveSteps(life, "step-interrupted");
}

/** Steps of a task that its worker gives back: what was running was no attempt. */
export function handedOver(life: TaskLife): TaskLife {
  return withActiveSteps(life, "step-handed-over");
}

function withActiveSteps(
  life: TaskLife,
  type: "step-interrupted" | "step-handed-over",
): TaskLife {
  return Object.entries(life.steps).reduce(
    (after, [stepId, state]) =>
      state.status === "running" && state.resumeAt === undefined
        ? transition(after, { type, stepId })
        : after,
    life,
  );
}

/**
 * When the next waiting step wants to go on, or be tried again; null when none waits. With `after`,
 * only times later than that: a step whose time has come keeps it while it runs on.
 */
export function nextWakeAt(life: TaskLife, after = -Infinity): number | null {
  const times = Object.values(life.steps).flatMap((state) => {
    if (state.status === "running") return state.resumeAt ?? [];
    return state.status === "queued" ? state.retryAt ?? [] : [];
  });
  const later = times.filter((time) => time > after);
  return later.length === 0 ? null : Math.min(...later);
}

export function haveAllStepsEnded(life: TaskLife): boolean {
  return Object.values(life.steps).every(hasStepEnded);
}
