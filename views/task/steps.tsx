import type { StepDetail } from "../../executor/task.ts";
import { domIds } from "../dom_ids.ts";
import { Icon } from "../icon.tsx";
import type { TimeContext } from "../page_context.ts";
import { stepForks } from "./fork_choices.ts";
import { Step } from "./step.tsx";
import { failedStep } from "./step_counts.ts";
import { StepsHead } from "./steps_head.tsx";
import type { TaskView } from "./task_view.ts";

/** With more steps than this the list of a completed task folds, so that its output comes first. */
const MAX_UNFOLDED_STEPS = 12;

export interface StepsProps {
  readonly view: TaskView;
  readonly context: TimeContext;
}

/** The steps, level by level. What changes in here are the head and each step, not the list. */
export function Steps({ view, context }: StepsProps) {
  const { detail } = view;
  const isFolding = detail.steps.length > MAX_UNFOLDED_STEPS;
  return (
    <section class="task-steps" aria-labelledby={domIds.stepsTitle}>
      <StepsHead detail={detail} now={context.now} />
      {isFolding
        ? (
          <details
            class="fold steps-fold"
            data-closes-when="completed"
            open={detail.status !== "completed"}
          >
            <summary>
              <Icon name="chevron" />All {detail.steps.length} steps
            </summary>
            <Timeline view={view} context={context} />
          </details>
        )
        : <Timeline view={view} context={context} />}
    </section>
  );
}

/** What a step's place in the page is made of. */
export function stepProps(view: TaskView, step: StepDetail) {
  const isCopied = step.state.status === "completed" && step.state.copied === true;
  return {
    step,
    taskId: view.detail.id,
    failedNumber: failedStep(view.detail)?.number ?? null,
    copiedFrom: isCopied ? view.detail.forkedFrom : null,
    forks: stepForks(view, step),
  };
}

function Timeline({ view, context }: StepsProps) {
  const byId = new Map(view.detail.steps.map((step) => [step.id, step]));
  const levels = view.detail.levels.map((ids) => ids.flatMap((id) => byId.get(id) ?? []));
  return (
    <ol class="timeline">
      {levels.map((steps) => (
        <li class={steps.length > 1 ? "level level--parallel" : "level"}>
          {steps.length > 1 ? <p class="level-note">In parallel</p> : null}
          {steps.map((step) => <Step {...stepProps(view, step)} context={context} />)}
        </li>
      ))}
    </ol>
  );
}
