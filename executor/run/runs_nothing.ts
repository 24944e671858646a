import { hasEnded } from "../states.ts";
import { type DueItem, troublesOnceTaken } from "../store/queue.ts";
import { UnreadableError } from "../store/unreadable.ts";
import type { RunContext } from "./context.ts";
import { crashError } from "./giving_up.ts";
import { overLimit } from "./task_limits.ts";

/**
 * Whether who takes an item runs no step of its task: that has ended, or is to fail for its crashes
 * or its limits, or because it cannot be read.
 */
export async function runsNothing(
  { store, clock }: Pick<RunContext, "store" | "clock">,
  item: DueItem,
  hasAlibi: boolean,
): Promise<boolean> {
  if (crashError(troublesOnceTaken(item, hasAlibi)) !== null) return true;
  try {
    const task = await store.tasks.read(item.taskId);
    if (task === null || hasEnded(task.record.state)) return true;
    const { id, version } = task.record.app;
    const app = await store.apps.readVersion(id, version);
    return app === null || overLimit(task.record, app.definition, clock.now()) !== null;
  } catch (error) {
    if (error instanceof UnreadableError) return true;
    throw error;
  }
}
