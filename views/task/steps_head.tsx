import type { TaskDetail } from "../../executor/task.ts";
import { domIds } from "../dom_ids.ts";
import { Clock, formatDuration } from "../time.tsx";
import { countIn, countsNote, stepsTitle } from "./step_counts.ts";

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
  const note = noteOf(detail);
  return (
    <header class="steps-head" id={domIds.stepsHead}>
      <h2 id={domIds.stepsTitle}>{stepsTitle(detail)}</h2>
      <TotalTime detail={detail} now={now} />
      {note === null ? null : <p class="steps-note">{note}</p>}
      <ProgressBar detail={detail} />
    </header>
  );
}

/** Why the task stands still, or how its steps stand. */
function noteOf(detail: StepsHeadDetail): string | null {
  const limit = detail.waitsForSlotOf;
  if (limit !== null) {
    const running = limit === 1 ? "1 task of this app runs" : `${limit} tasks of this app run`;
    return `Waiting: ${running} already, and it allows ${limit} at once`;
  }
  return countIn(detail, "completed") < detail.progress.total ? countsNote(detail) : null;
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
  const { status, progress, steps } = detail;
  const isOver = status === "failed" || status === "cancelled";
  return (
    <div
      class="progress"
      role="progressbar"
      aria-labelledby={domIds.stepsTitle}
      aria-valuemin="0"
      aria-valuemax={String(progress.total)}
      aria-valuenow={String(isOver ? countIn(detail, "completed") : progress.completed)}
      aria-valuetext={`${stepsTitle(detail)}: ${countsNote(detail)}`}
    >
      {steps.map(({ state }) => <span data-status={state.status}></span>)}
    </div>
  );
}
