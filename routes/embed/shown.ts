import type { ShownPart, TaskDetail } from "../../executor/mod.ts";

export function shownDetail(detail: TaskDetail, show: readonly ShownPart[]): TaskDetail {
  return {
    ...detail,
    steps: show.includes("steps") ? detail.steps : [],
    inputs: show.includes("inputs") ? detail.inputs : [],
    outputs: show.includes("outputs") ? detail.outputs : [],
  };
}
