import { type Database, deleteBelow, deleteKey } from "./database.ts";
import { keys } from "./keys.ts";
import { WriteSet } from "./write_set.ts";

/**
 * Says that parts or steps of a task not yet accepted are about to be written. The versionstamp of
 * the mark: accepting the task checks it and takes the mark away.
 */
export async function markUnaccepted(
  { committer }: Database,
  taskId: string,
): Promise<string | null> {
  const mark = new WriteSet(taskId).set(keys.partsBefore(taskId), true, 10);
  const result = await committer.commit(mark);
  return result.ok ? result.versionstamp : null;
}

/** Removes what was written for a task that was not accepted, and never will be. */
export async function removeUnaccepted(database: Database, taskId: string): Promise<void> {
  await deleteBelow(database, keys.partsOf(taskId));
  await deleteBelow(database, keys.steps(taskId));
  await deleteKey(database, keys.partsBefore(taskId));
}

/** Removes what was written for tasks which then were never accepted. */
export async function sweepUnaccepted(database: Database): Promise<void> {
  const { kv, committer } = database;
  for await (const { key, versionstamp } of kv.list({ prefix: keys.allPartsBefore() })) {
    const taskId = String(key.at(-1));
    // A process that is still writing them is refused from here on, and writes others.
    const taken = new WriteSet(taskId).check(key, versionstamp).set(key, true, 10);
    if (!(await committer.commit(taken)).ok) continue;
    const task = await kv.get(keys.task(taskId));
    if (task.versionstamp === null) await removeUnaccepted(database, taskId);
    else await deleteKey(database, key);
  }
}
