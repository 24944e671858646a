import type { StepState } from "../../executor/states.ts";
import type { ForkedFromDetail, StepDetail } from "../../executor/task.ts";
import { domIds } from "../dom_ids.ts";
import { Icon } from "../icon.tsx";
import type { TimeContext } from "../page_context.ts";
import { Lamp, STATUS_WORDS } from "../status.tsx";
import { ordinal } from "../text/counts.ts";
import { Clock, formatDuration, Timestamp } from "../time.tsx";
import type { ForkButton } from "./fork_form.tsx";
import { StepBody } from "./step_body.tsx";

export interface StepProps {
  readonly step: StepDetail;
  /** The number of the step that made the task fail, where one did. */
  readonly failedNumber: number | null;
  /** The task whose result this step has, where it was copied. */
  readonly copiedFrom: ForkedFromDetail | null;
  /** The ways to run its task again from here. */
  readonly forks: readonly ForkButton[];
  readonly taskId: string;
  /** Leaves out what it was given: that is made of the inputs, and of the app's own words. */
  readonly isWithoutGiven?: true;
  readonly context: TimeContext;
}

/** Live: one step, which opens in any status. Only one that made its task fail is open by itself. */
export function Step(props: StepProps) {
  const { step, context } = props;
  const { number, state } = step;
  const { status } = state;
  const isTolerated = status === "failed" && state.isTolerated === true;
  return (
    <details
      class="step"
      id={domIds.step(number)}
      data-status={status}
      data-opens-when={isTolerated ? undefined : "failed"}
      open={status === "failed" && !isTolerated}
    >
      <StepSummary step={step} context={context} />
      <StepBody {...props} />
    </details>
  );
}

function StepSummary({ step, context }: Pick<StepProps, "step" | "context">) {
  const { status } = step.state;
  return (
    <summary id={domIds.stepSummary(step.number)}>
      <span class="step-lamp status" data-status={status}>
        <Lamp status={status} />
      </span>
      <span class="step-name">
        <span class="step-number">{step.number}</span>&nbsp;{step.name}{" "}
        <StepNote state={step.state} context={context} />
      </span>
      <span class="step-kind">{step.kindLabel}</span>
      <span class="step-status status" data-status={status}>{STATUS_WORDS[status]}</span>
      <span class="step-time">
        <StepTime state={step.state} now={context.now} />
      </span>
      <Icon name="chevron" className="chevron" />
    </summary>
  );
}

/** Until when it waits, when it will be tried again, which attempt this is, whose, and what came of it. */
function StepNote(
  { state, context }: { readonly state: StepState; readonly context: TimeContext },
) {
  if (state.status === "running" && state.resumeAt !== undefined) {
    return (
      <span class="step-attempt">
        waits until <Timestamp at={state.resumeAt} context={context} />
      </span>
    );
  }
  if (state.status === "queued" && state.retryAt !== undefined) {
    return (
      <span class="step-attempt">
        {ordinal(state.attempt + 1)} attempt at <Timestamp at={state.retryAt} context={context} />
      </span>
    );
  }
  const words = noteWords(state).join(", ");
  return words === "" ? null : <span class="step-attempt">{words}</span>;
}

function noteWords(state: StepState): string[] {
  const { status, attempt } = state;
  return [
    ...attempt > 1 ? [`${ordinal(attempt)} attempt`] : [],
    ...status === "completed" && state.copied ? ["copied"] : [],
    ...status === "skipped" && state.reason === "condition" ? ["condition not met"] : [],
    ...status === "failed" && state.isTolerated ? ["the task went on without it"] : [],
  ];
}

function StepTime({ state, now }: { readonly state: StepState; readonly now: number }) {
  switch (state.status) {
    case "running":
      return <Clock since={state.startedAt} now={now} />;
    case "completed":
    case "failed":
      return <>{formatDuration(state.finishedAt - state.startedAt)}</>;
    case "cancelled":
      return state.startedAt === null
        ? <>–</>
        : <>{formatDuration(state.finishedAt - state.startedAt)}</>;
    case "queued":
    case "skipped":
      return <>–</>;
  }
}
