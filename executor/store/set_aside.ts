import type { Database } from "./database.ts";
import { keys } from "./keys.ts";
import type { KvItem } from "./kv.ts";
import type { SetAsideRecord } from "./records.ts";
import type { SlotWaiter } from "./slots.ts";
import type { Lease } from "./tasks.ts";
import { WriteSet } from "./write_set.ts";

/**
 * Takes out of the queue what can never be run, and keeps why. Each answers false where somebody
 * else was faster.
 */
export type SetAside = ReturnType<typeof createSetAside>;

export function createSetAside({ committer }: Database) {
  async function move(
    name: string,
    row: { readonly key: Deno.KvKey; readonly versionstamp: string },
    why: SetAsideRecord,
  ): Promise<boolean> {
    const writes = new WriteSet(name)
      .check(row.key, row.versionstamp)
      .delete(row.key)
      .set(keys.setAside(name), why, why.reason.length * 2 + 100);
    return (await committer.commit(writes)).ok;
  }

  return {
    /** The item of a task whose record cannot be read. The record stays where it is. */
    task: (taskId: string, { vestAt, versionstamp }: Lease, why: SetAsideRecord) =>
      move(taskId, { key: keys.due(vestAt, taskId), versionstamp }, why),

    /** The row of a task that waits for a slot, and whose record cannot be read. */
    waiter: (appId: string, { taskId, versionstamp }: SlotWaiter, why: SetAsideRecord) =>
      move(taskId, { key: keys.slotWaiting(appId, taskId), versionstamp }, why),

    /** A row that names no task. */
    row: (row: KvItem, why: SetAsideRecord) => move(row.key.map(String).join(" "), row, why),
  };
}
