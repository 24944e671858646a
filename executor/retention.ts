import type { RunContext } from "./run/context.ts";
import { hasEnded } from "./states.ts";

/** Most tasks taken out of sight at one go: what they own is to be removed before the next ones. */
const TASKS_AT_ONCE = 500;
const TASKS_A_READ = 50;
const DAY_MS = 24 * 60 * 60 * 1_000;

type RetentionContext = Pick<RunContext, "store" | "clock" | "observer" | "onUnexpected">;

/**
 * Takes tasks that ended and are older than `days` out of sight, oldest first, and says whether
 * there may be more. Those that run stay, and those that cannot be read.
 */
export async function hideOldTasks(context: RetentionContext, days: number): Promise<boolean> {
  const { store, clock, observer, onUnexpected } = context;
  // Tasks sort by when they were made, so it stops at the first that is young enough.
  const before = clock.now() - days * DAY_MS;
  let deleted = 0;
  let after: string | undefined;
  while (deleted < TASKS_AT_ONCE) {
    const { rows, next } = await store.history.oldest(TASKS_A_READ, after);
    const old = rows.filter(({ createdAt }) => createdAt < before);
    for (const { id, status } of old) {
      if (status === "running") continue;
      const isHidden = await hide(context, id).catch((error) => {
        onUnexpected(error, "retention", { taskId: id });
        return false;
      });
      if (!isHidden) continue;
      observer.onEvent({ type: "task-deleted", taskId: id, reason: "retention" });
      deleted++;
    }
    if (old.length < rows.length || next === null) return false;
    after = next;
  }
  return true;
}

async function hide({ store }: RetentionContext, taskId: string): Promise<boolean> {
  const task = await store.tasks.read(taskId);
  return task !== null && hasEnded(task.record.state) && await store.deletions.hide(task);
}
