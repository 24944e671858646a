import type { Plan } from "../definition/plan.ts";
import { hasStepEnded, type StepState, type TaskLife, transition } from "../states.ts";

/** A life with nothing begun. */
export function unbegunLife(stepIds: readonly string[]): TaskLife {
  const steps = stepIds.map((id): [string, StepState] => [id, { status: "queued", attempt: 0 }]);
  return { state: { status: "running", startedAt: null }, steps: Object.fromEntries(steps) };
}

/** Starts the task, if that is still to be done, and every step that has what it needs. */
export function advance(life: TaskLife, plan: Plan, now: number): TaskLife {
  const started = life.state.status === "running" && life.state.startedAt === null
    ? transition(life, { type: "task-started", at: now })
    : life;
  return readySteps(started, plan, now).reduce(
    (after, stepId) => transition(after, { type: "step-started", stepId, at: now }),
    started,
  );
}

function readySteps(life: TaskLife, plan: Plan, now: number): string[] {
  if (life.state.status !== "running") return [];
  return Object.entries(life.steps).flatMap(([stepId, state]) =>
    isReady(state, now) && hasNeeds(life, plan, stepId) ? [stepId] : []
  );
}

function isReady(state: StepState, now: number): boolean {
  return state.status === "queued" && (state.retryAt ?? 0) <= now;
}

function hasNeeds(life: TaskLife, plan: Plan, stepId: string): boolean {
  const needs = plan.needs.get(stepId) ?? [];
  return needs.every((need) => life.steps[need]?.status === "completed");
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
