import type { StepDetail, TaskDetail } from "../../executor/task.ts";
import { domIds } from "../dom_ids.ts";
import { Icon } from "../icon.tsx";
import type { TimeContext } from "../page_context.ts";
import { stepForks } from "./fork_choices.ts";
import { Step, type StepProps } from "./step.tsx";
import { failedStep } from "./step_counts.ts";
import { StepsHead, type StepsHeadDetail } from "./steps_head.tsx";
import type { TaskView } from "./task_view.ts";

/** With more steps than this the list of a completed task folds, so that its output comes first. */
const MAX_UNFOLDED_STEPS = 12;

export interface StepsProps {
  readonly view: TaskView;
  readonly context: TimeContext;
}

/** The steps, level by level. What changes in here are the head and each step, not the list. */
export function Steps({ view, context }: StepsProps) {
  return (
    <StepsSection
      detail={view.detail}
      propsOf={(step) => stepProps(view, step)}
      context={context}
    />
  );
}

export interface StepsSectionProps {
  readonly detail: StepsHeadDetail & Pick<TaskDetail, "levels">;
  /** What the place of a step is made of. */
  readonly propsOf: (step: StepDetail) => Omit<StepProps, "context">;
  readonly context: TimeContext;
}

/** The same of a task of which not everything is shown. */
export function StepsSection(props: StepsSectionProps) {
  const { detail, context } = props;
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
            <Timeline {...props} />
          </details>
        )
        : <Timeline {...props} />}
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

function Timeline({ detail, propsOf, context }: StepsSectionProps) {
  const byId = new Map(detail.steps.map((step) => [step.id, step]));
  const levels = detail.levels.map((ids) => ids.flatMap((id) => byId.get(id) ?? []));
  return (
    <ol class="timeline">
      {levels.map((steps) => (
        <li class={steps.length > 1 ? "level level--parallel" : "level"}>
          {steps.length > 1 ? <p class="level-note">In parallel</p> : null}
          {steps.map((step) => <Step {...propsOf(step)} context={context} />)}
        </li>
      ))}
    </ol>
  );
}
