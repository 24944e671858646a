import { hasEnded, type StepState } from "../states.ts";
import type { TaskRecord } from "../store/records.ts";
import type { RunContext } from "./context.ts";

/**
 * Forgets the streamed texts of a task that has ended, but for what its page shows: what the last
 * run of a step without a result has written. Never rejects.
 */
export async function forgetLeftTexts(
  { store, onUnexpected }: Pick<RunContext, "store" | "onUnexpected">,
  record: TaskRecord,
): Promise<void> {
  if (!hasEnded(record.state)) return;
  const { id } = record;
  await store.texts.forgetAllBut(id, shownRuns(record))
    .catch((error) => onUnexpected(error, "streamed texts", { taskId: id }));
}

/** The runs whose texts the page of an ended task shows: by step id, when they began. */
export function shownRuns({ steps }: TaskRecord): ReadonlyMap<string, number> {
  const shown = Object.entries(steps).flatMap(([stepId, step]): [string, number][] => {
    const startedAt = lastRunOf(step);
    return startedAt === null ? [] : [[stepId, startedAt]];
  });
  return new Map(shown);
}

function lastRunOf(state: StepState): number | null {
  const isShown = state.status === "failed" || state.status === "cancelled";
  return isShown ? state.startedAt : null;
}
