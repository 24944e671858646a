import type { StepState } from "../../executor/states.ts";
import type { StepDetail } from "../../executor/task.ts";
import type { ForkButton } from "./fork_form.tsx";
import type { TaskView } from "./task_view.ts";

/** The ways to run a step again, and what depends on it; none where it cannot begin there. */
export function stepForks({ detail, latest, may }: TaskView, step: StepDetail): ForkButton[] {
  if (!may.run || !canBeginAt(detail.steps, step)) return [];
  const own = detail.app.version;
  const isCurrent = latest?.version === own;
  const label = (version: number) =>
    isCurrent ? "Run from here" : `Run from here, version ${version}`;
  const buttons: ForkButton[] = [];
  if (latest?.stepIds.includes(step.id)) {
    buttons.push({ version: "latest", label: label(latest.version) });
  }
  if (!isCurrent) buttons.push({ version: "same", label: label(own) });
  return buttons;
}

/** The ways to run the whole app again with the same inputs, where its form offers less. */
export function wholeForks({ detail, latest, may }: TaskView): ForkButton[] {
  const { status, inputs, app: { version } } = detail;
  if (!may.run || status === "running" || latest?.version === version) return [];
  const hasInputs = inputs.length > 0;
  const same: ForkButton = {
    version: "same",
    label: hasInputs ? `Same inputs, version ${version}` : `Version ${version}`,
  };
  return latest === null || !hasInputs
    ? [same]
    : [{ version: "latest", label: "Same inputs, latest version" }, same];
}

/** Whether it has come to its end, and the results that it would be given are there. */
function canBeginAt(steps: readonly StepDetail[], { state, needs }: StepDetail): boolean {
  if (state.status === "queued" || state.status === "running") return false;
  return needs.every((number) => isKept(steps[number - 1]?.state));
}

/** Whether a fork begins with it: what failed is run again, though its task went on. */
function isKept(state: StepState | undefined): boolean {
  if (state?.status === "completed") return true;
  return state?.status === "skipped" && (state.reason === "condition" || state.reason === "needs");
}
