import type { SkipReason, StepStatus, TaskDetail } from "../../executor/task.ts";
import { countOf } from "../text/counts.ts";

const NOTED: readonly StepStatus[] = [
  "completed",
  "failed",
  "running",
  "queued",
  "cancelled",
  "skipped",
];

/** How many steps are in each status, as `2 completed, 2 running, 1 queued`. */
export function countsNote({ steps }: Pick<TaskDetail, "steps">): string {
  return NOTED
    .map((status) => ({ status, count: countIn({ steps }, status) }))
    .filter(({ count }) => count > 0)
    .map(({ status, count }) => `${count} ${status}`)
    .join(", ");
}

export function countIn({ steps }: Pick<TaskDetail, "steps">, status: StepStatus): number {
  return steps.filter(({ state }) => state.status === status).length;
}

/** How many steps the end of the task kept from beginning. */
export function countNotBegun({ steps }: Pick<TaskDetail, "steps">): number {
  return steps.filter(({ state }) => state.status === "skipped" && wasCutOff(state)).length;
}

function wasCutOff({ reason = "ended" }: { readonly reason?: SkipReason }): boolean {
  return reason === "ended";
}

/** Where the task stands among its steps, as a heading says it. */
export function stepsTitle(
  detail: Pick<TaskDetail, "status" | "progress" | "steps" | "error">,
): string {
  const { status, progress: { step, total } } = detail;
  const completed = countIn(detail, "completed");
  switch (status) {
    case "running":
      return step === 0 ? countOf(total, "step") : `Step ${step} of ${total}`;
    case "completed":
      return allSteps(completed, total);
    case "cancelled":
      return `Cancelled after ${completed} of ${countOf(total, "step")}`;
    case "failed": {
      const failed = failedStep(detail);
      if (failed !== undefined) return `Failed at step ${failed.number} of ${total}`;
      return haveAllEnded(detail)
        ? allSteps(completed, total)
        : `Failed after ${completed} of ${countOf(total, "step")}`;
    }
  }
}

/** Where no step was left to do: to count fewer than all would look as if some were to come. */
function allSteps(completed: number, total: number): string {
  return completed === total ? `${total} of ${countOf(total, "step")}` : countOf(total, "step");
}

/** Whether each step came to an end of its own, and none to that of the task. */
function haveAllEnded({ steps }: Pick<TaskDetail, "steps">): boolean {
  return steps.every(({ state }) => {
    if (state.status === "skipped") return !wasCutOff(state);
    return state.status === "completed" || state.status === "failed";
  });
}

/** How far the bar of progress goes: what the end of the task kept from running is not done. */
export function doneCount(detail: Pick<TaskDetail, "progress" | "steps">): number {
  return detail.progress.completed - countNotBegun(detail);
}

/** The step that made the task fail, where it was a step. */
export function failedStep({ steps, error }: Pick<TaskDetail, "steps" | "error">) {
  return steps.find(({ id }) => id === error?.stepId);
}
