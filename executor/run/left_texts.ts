import { hasEnded, type StepState } from "../states.ts";
import type { TaskRecord } from "../store/records.ts";
import type { RunContext } from "./context.ts";

/**
 * Forgets the streamed texts of a task that has ended, but for what its page shows: what the last
 * run of a step without a result has written. Never rejects.
 */
export async function forgetLeftTexts(
  { store, onUnexpected }: Pick<RunContext, "store" | "onUnexpected">,
  { id, state, steps }: TaskRecord,
): Promise<void> {
  if (!hasEnded(state)) return;
  const shown = Object.entries(steps).flatMap(([stepId, step]): [string, number][] => {
    const startedAt = lastRunOf(step);
    return startedAt === null ? [] : [[stepId, startedAt]];
  });
  await store.texts.forgetAllBut(id, new Map(shown))
    .catch((error) => onUnexpected(error, "streamed texts", { taskId: id }));
}

function lastRunOf(state: StepState): number | null {
  const isShown = state.status === "failed" || state.status === "cancelled";
  return isShown ? state.startedAt : null;
}
