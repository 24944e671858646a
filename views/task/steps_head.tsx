import type { Child } from "hono/jsx";
import type { StepDetail, TaskDetail } from "../../executor/task.ts";
import { domIds } from "../dom_ids.ts";
import { Clock, formatDuration } from "../time.tsx";
import { countIn, countsNote, doneCount, stepsTitle } from "./step_counts.ts";

/** What the head of the steps tells of a task. */
export type StepsHeadDetail = Pick<
  TaskDetail,
  "status" | "waitsForSlotOf" | "error" | "progress" | "startedAt" | "finishedAt" | "steps"
>;

interface StepsHeadProps {
  readonly detail: StepsHeadDetail;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Live: where the task stands, how long it has taken, and a bar with a segment for each step. */
export function StepsHead({ detail, now }: StepsHeadProps) {
  return (
    <header class="steps-head" id={domIds.stepsHead}>
      <h2 id={domIds.stepsTitle}>{stepsTitle(detail)}</h2>
      <TotalTime detail={detail} now={now} />
      <p class="steps-note">{noteOf(detail)}</p>
      <ProgressBar detail={detail} />
    </header>
  );
}

/** Why the task stands still, how its steps stand, or, where all is done, what took the time. */
function noteOf(detail: StepsHeadDetail): Child {
  const limit = detail.waitsForSlotOf;
  if (limit !== null) {
    const running = limit === 1 ? "1 task of this app runs" : `${limit} tasks of this app run`;
    return `Waiting: ${running} already, and it allows ${limit} at once`;
  }
  const isAllDone = countIn(detail, "completed") === detail.progress.total;
  return isAllDone && detail.progress.total > 1 ? longestNote(detail) : countsNote(detail);
}

function longestNote(detail: StepsHeadDetail): Child {
  const [longest] = detail.steps.toSorted((left, right) => ownMs(right) - ownMs(left));
  if (longest === undefined || ownMs(longest) === 0) return countsNote(detail);
  return (
    <>
      <a href={`#${domIds.stepBody(longest.number)}`}>Step {longest.number}</a>
      {` took longest: ${formatDuration(ownMs(longest))}`}
    </>
  );
}

/** How long the step took in this task. */
function ownMs({ state }: StepDetail): number {
  if (state.status !== "completed" || state.copied) return 0;
  return state.finishedAt - state.startedAt;
}

function TotalTime({ detail, now }: StepsHeadProps) {
  const { startedAt, finishedAt } = detail;
  if (startedAt === null) return null;
  if (finishedAt !== null) {
    return <p class="steps-total">{formatDuration(finishedAt - startedAt)}</p>;
  }
  return (
    <p class="clock" aria-hidden="true">
      <Clock since={startedAt} now={now} />
    </p>
  );
}

function ProgressBar({ detail }: { readonly detail: StepsHeadDetail }) {
  const { progress, steps } = detail;
  return (
    <div
      class="progress"
      role="progressbar"
      aria-labelledby={domIds.stepsTitle}
      aria-valuemin="0"
      aria-valuemax={String(progress.total)}
      aria-valuenow={String(doneCount(detail))}
      aria-valuetext={`${stepsTitle(detail)}: ${countsNote(detail)}`}
    >
      {steps.map(({ state }) => <span data-status={state.status}></span>)}
    </div>
  );
}
