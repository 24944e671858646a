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
      // Less than all of them would look as if something were still to come.
      return completed === total ? `${total} of ${countOf(total, "step")}` : countOf(total, "step");
    case "cancelled":
      return `Cancelled after ${completed} of ${countOf(total, "step")}`;
    case "failed": {
      const failed = failedStep(detail);
      return failed === undefined
        ? `${completed} of ${countOf(total, "step")}`
        : `Failed at step ${failed.number} of ${total}`;
    }
  }
}

/** The step that made the task fail, where it was a step. */
export function failedStep({ steps, error }: Pick<TaskDetail, "steps" | "error">) {
  return steps.find(({ id }) => id === error?.stepId);
}
