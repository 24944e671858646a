import { hasEnded } from "../states.ts";
import type { Database } from "./database.ts";
import { keys } from "./keys.ts";
import type { TaskRecord } from "./records.ts";
import { WriteSet } from "./write_set.ts";

/**
 * Marks of tasks that ended and may have left something nobody names: texts and parts of attempts
 * that failed or died. The mark is written with the end, and removed when that has been tidied up:
 * a process that dies in between leaves it to the next.
 */
export type Untidy = ReturnType<typeof createUntidy>;

export function createUntidy({ kv, committer }: Database) {
  return {
    /** The tasks that are marked. */
    async *list(): AsyncIterable<string> {
      for await (const { key } of kv.list({ prefix: keys.allUntidy() })) yield String(key.at(-1));
    },

    async remove(taskId: string): Promise<void> {
      await committer.commit(new WriteSet(`${taskId} untidy`).delete(keys.untidy(taskId)));
    },
  };
}

/** Whether a task in this state is marked. @param crashes How often its lease ran out. */
export function isUntidy({ state, steps }: TaskRecord, crashes: number): boolean {
  if (!hasEnded(state)) return false;
  const hasOldAttempts = Object.values(steps).some(({ status, attempt }) =>
    attempt > 1 || status === "cancelled"
  );
  const hasLostOutputs = state.status === "failed" && state.error.outputName !== undefined;
  return hasOldAttempts || hasLostOutputs || crashes > 0;
}
