import type { RunContext } from "./run/context.ts";
import { hasEnded } from "./states.ts";

/** Most tasks deleted at one go, so that keeping order never holds up running. */
const TASKS_A_SWEEP = 500;
const TASKS_A_READ = 50;
const DAY_MS = 24 * 60 * 60 * 1_000;

type RetentionContext = Pick<RunContext, "store" | "clock" | "observer" | "onUnexpected">;

/**
 * Takes tasks that ended and are older than `days` out of sight, oldest first. Those that run stay,
 * and those that cannot be read.
 */
export async function hideOldTasks(context: RetentionContext, days: number): Promise<void> {
  const { store, clock, observer, onUnexpected } = context;
  // Tasks sort by when they were made, so it stops at the first that is young enough.
  const before = clock.now() - days * DAY_MS;
  let deleted = 0;
  let after: string | undefined;
  while (deleted < TASKS_A_SWEEP) {
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
    if (old.length < rows.length || next === null) break;
    after = next;
  }
}

async function hide({ store }: RetentionContext, taskId: string): Promise<boolean> {
  const task = await store.tasks.read(taskId);
  return task !== null && hasEnded(task.record.state) && await store.deletions.hide(task);
}
