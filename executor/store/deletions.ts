import { z } from "zod";
import { hasEnded } from "../states.ts";
import { type Database, deleteBelow, deleteKey } from "./database.ts";
import { historyKeys, keys } from "./keys.ts";
import { deleteLinksTo } from "./links.ts";
import type { StoredTask } from "./tasks.ts";
import { WriteSet } from "./write_set.ts";

/** What a deleted task leaves to be cleaned up after it. */
const DeletionRecord = z.object({ appId: z.string() });
type DeletionRecord = z.infer<typeof DeletionRecord>;

/** Deletes tasks: out of sight in one commit, with all they own in bounded batches after it. */
export type Deletions = ReturnType<typeof createDeletions>;

export function createDeletions(database: Database) {
  const { kv, committer } = database;

  async function cleanUp(taskId: string, appId: string | null): Promise<void> {
    const owned = [
      keys.steps(taskId),
      keys.outputs(taskId),
      keys.partsOf(taskId),
      keys.textsOf(taskId),
      keys.forks(taskId),
    ];
    for (const prefix of owned) await deleteBelow(database, prefix);
    for (const key of [keys.inputs(taskId), keys.untidy(taskId)]) await deleteKey(database, key);
    await deleteLinksTo(database, taskId);
    if (appId !== null && await isForgotten(appId)) {
      await deleteBelow(database, keys.appVersions(appId));
      await deleteKey(database, keys.slotFreed(appId));
    }
    await deleteKey(database, keys.deletion(taskId));
  }

  /** Whether nothing refers to the versions of an app any more. */
  async function isForgotten(appId: string): Promise<boolean> {
    const { versionstamp } = await kv.get(keys.app(appId));
    if (versionstamp !== null) return false;
    for await (const _ of kv.list({ prefix: keys.history({ app: appId }) }, { limit: 1 })) {
      return false;
    }
    return true;
  }

  return {
    /** Takes a task that has ended out of sight. False when it has changed since it was read. */
    async hide({ record, versionstamp }: StoredTask): Promise<boolean> {
      const { id, app, state, forkedFrom } = record;
      if (!hasEnded(state)) throw new TypeError(`Cannot delete task "${id}": it is running`);
      const deletion: DeletionRecord = { appId: app.id };
      const writes = new WriteSet(id)
        .ring("ends")
        .ring("rows")
        .check(keys.task(id), versionstamp)
        .delete(keys.task(id))
        .set(keys.deletion(id), deletion, 100);
      for (const key of historyKeys(id, app.id, state.status)) writes.delete(key);
      if (forkedFrom !== undefined) writes.delete(keys.fork(forkedFrom.taskId, id));
      try {
        return (await committer.commit(writes)).ok;
      } catch (error) {
        const { versionstamp: hidden } = await kv.get(keys.deletion(id));
        if (hidden === null) throw error;
        return true;
      }
    },

    /** Removes what a task, hidden before, owns; its app's versions too where none other needs them. */
    cleanUp,

    /** Removes what attempts of a task wrote while it was being cleaned up after. */
    async cleanUpAgain(taskId: string): Promise<void> {
      await deleteBelow(database, keys.partsOf(taskId));
      await deleteBelow(database, keys.textsOf(taskId));
    },

    /**
     * Removes what hidden tasks own, also where another process has left it. `onError` is told of
     * those that fail: they stay for the next sweep, and hold up no other.
     */
    async sweep(onError: (error: unknown, taskId: string) => void): Promise<void> {
      for await (const { key, value } of kv.list({ prefix: keys.deletions() })) {
        const taskId = String(key.at(-1));
        const deletion = DeletionRecord.safeParse(value);
        await cleanUp(taskId, deletion.success ? deletion.data.appId : null)
          .catch((error) => onError(error, taskId));
      }
    },
  };
}
