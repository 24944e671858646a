import type { StepDetail, TaskDetail } from "../../executor/task.ts";
import type { TimeContext } from "../page_context.ts";
import { countOf } from "../text/counts.ts";
import { formatDuration, Timestamp } from "../time.tsx";

export interface CancellationProps {
  readonly detail: TaskDetail;
  readonly context: TimeContext;
}

/** When a task was cancelled, when the last of what ran had stopped, and what was used. */
export function Cancellation({ detail, context }: CancellationProps) {
  const { finishedAt } = detail;
  return (
    <p class="task-note">
      Cancelled {finishedAt === null ? null : <Timestamp at={finishedAt} context={context} />}
      {[closingWords(detail), usedWords(detail)].map((words) =>
        words === null ? "" : ` · ${words}`
      )}
      . It has no output.
    </p>
  );
}

/** Null where nothing ran that had to be stopped. */
function closingWords(detail: TaskDetail): string | null {
  const { closedAt, finishedAt } = detail;
  if (closedAt === undefined || finishedAt === null) return null;
  const held = heldBy(detail)[0]?.holds ?? null;
  if (closedAt === null) return held === null ? "stopping what ran…" : `closing the ${held}…`;
  const what = held === null ? "what ran stopped" : `the last ${held} closed`;
  return `${what} ${formatDuration(closedAt - finishedAt)} later`;
}

/** What is known to have been used: a request that was closed can no longer tell its part. */
function usedWords(detail: TaskDetail): string | null {
  const { usage } = detail;
  const isClosed = heldBy(detail).length > 0;
  if (usage === null) return isClosed ? "the tokens it used are not known" : null;
  const used = `${countOf(usage.inputTokens + usage.outputTokens, "token")} used`;
  return isClosed ? `${used}, not counting what was closed` : used;
}

/** The steps that kept something open when they were cancelled. */
function heldBy({ steps }: TaskDetail): readonly StepDetail[] {
  return steps.filter(({ holds, state }) =>
    holds !== null && state.status === "cancelled" && state.startedAt !== null
  );
}
