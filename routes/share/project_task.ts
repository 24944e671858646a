import type { ShownPart, StepDetail, TaskDetail } from "../../executor/mod.ts";
import type { SharedFault, SharedTask } from "../../views/shared/shared_task.ts";

/**
 * What a link that shows these parts shows of a task. Of the app itself it shows nothing: neither
 * its name nor its ids, versions, prompts and models.
 */
export function projectTask(detail: TaskDetail, show: readonly ShownPart[]): SharedTask {
  const { status, startedAt, finishedAt, closedAt, progress } = detail;
  const isShown = (part: ShownPart) => show.includes(part);
  return {
    status,
    startedAt,
    finishedAt,
    closedAt,
    show,
    waitsForSlotOf: null,
    inputs: isShown("inputs") ? detail.inputs : [],
    outputs: isShown("outputs") ? detail.outputs : [],
    fault: status === "failed" ? faultOf(detail, isShown) : null,
    ...(isShown("steps")
      ? { ...numbered(detail), progress }
      : { steps: [], levels: [], error: null, progress: { step: 0, total: 0, completed: 0 } }),
  };
}

/** Steps under their numbers: their ids are the app's own. */
function numbered({ steps, levels, error }: TaskDetail) {
  const numbers = new Map(steps.map(({ id, number }) => [id, String(number)]));
  const numberOf = (id: string) => numbers.get(id) ?? "";
  return {
    steps: steps.map((step) => ({ ...shownStep(step), id: numberOf(step.id) })),
    levels: levels.map((ids) => ids.map(numberOf)),
    error: error?.stepId == null ? null : { stepId: numberOf(error.stepId), message: "" },
  };
}

/** A step without what it was given, which holds inputs and the app's words, and what it cost. */
function shownStep(step: StepDetail): StepDetail {
  const { id, number, name, kindLabel, needs, state, written, result, error, failures } = step;
  return {
    id,
    number,
    name,
    kindLabel,
    needs,
    state: withoutCost(state),
    written,
    result,
    error,
    failures: failures.map(({ usage: _, ...failure }) => failure),
    holds: null,
    when: null,
    given: null,
    usage: null,
  };
}

function withoutCost(state: StepDetail["state"]): StepDetail["state"] {
  switch (state.status) {
    case "skipped":
      return state;
    case "completed":
      return { ...state, usage: undefined, copied: undefined };
    default:
      return { ...state, usage: undefined };
  }
}

function faultOf(
  { steps, error, failedOutput }: TaskDetail,
  isShown: (part: ShownPart) => boolean,
): SharedFault {
  const unsaid = { title: "This task failed", message: null };
  if (error === null || !isShown("steps")) return unsaid;
  const { message } = error;
  const step = steps.find(({ id }) => id === error.stepId);
  if (step !== undefined) {
    return { title: `Step ${step.number}, “${step.name}”, failed`, message };
  }
  if (error.outputName === undefined) return { ...unsaid, message };
  if (!isShown("outputs")) return unsaid;
  return { title: `The output “${failedOutput}” could not be made`, message };
}
