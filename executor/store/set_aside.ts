import type { TaskRow } from "../task.ts";
import type { Database } from "./database.ts";
import { keys, rowKey } from "./keys.ts";
import type { KvItem } from "./kv.ts";
import { recordSize, type SetAsideRecord, type TaskRecord, TaskRowRecord } from "./records.ts";
import type { SlotWaiter } from "./slots.ts";
import { type Lease, replaceRows } from "./tasks.ts";
import { WriteSet } from "./write_set.ts";

/** A task whose record cannot be read, as the history has it. */
export interface LostTask {
  readonly row: TaskRow;
  /** What stands in the place of its record. */
  readonly value: unknown;
  readonly versionstamp: string;
}

/** What takes the place of a record that cannot be read. */
export interface LostTaskEnd {
  readonly lost: LostTask;
  readonly next: TaskRecord;
}

/** A value of Deno KV holds no more. */
const MAX_VALUE_BYTES = 65_536;

/**
 * Takes out of the queue what can never be run, and keeps why. Each answers false where somebody
 * else was faster.
 */
export type SetAside = ReturnType<typeof createSetAside>;

export function createSetAside({ kv, committer }: Database) {
  async function move(
    name: string,
    row: { readonly key: Deno.KvKey; readonly versionstamp: string },
    why: SetAsideRecord,
    end: LostTaskEnd | null = null,
  ): Promise<boolean> {
    const writes = new WriteSet(name)
      .check(row.key, row.versionstamp)
      .delete(row.key)
      .set(keys.setAside(name), why, why.reason.length * 2 + 100);
    if (end !== null) replaceTask(writes, end);
    return (await committer.commit(writes)).ok;
  }

  return {
    /** A task whose record cannot be read; null where its row in the history cannot be, either. */
    async readLost(taskId: string): Promise<LostTask | null> {
      const [task, row] = await kv.getMany([keys.task(taskId), rowKey(taskId)]);
      const { data } = TaskRowRecord.safeParse(row?.value);
      if (task === undefined || task.versionstamp === null || data?.id !== taskId) return null;
      return { row: data, value: task.value, versionstamp: task.versionstamp };
    },

    /** The item of a task whose record cannot be read. With an end the record is put aside too. */
    task(
      { vestAt, versionstamp }: Lease,
      why: SetAsideRecord,
      { taskId, end }: { readonly taskId: string; readonly end: LostTaskEnd | null },
    ): Promise<boolean> {
      return move(taskId, { key: keys.due(vestAt, taskId), versionstamp }, why, end);
    },

    /** The row of a task that waits for a slot, and whose record cannot be read; as `task`. */
    waiter(
      { taskId, versionstamp }: SlotWaiter,
      why: SetAsideRecord,
      { appId, end }: { readonly appId: string; readonly end: LostTaskEnd | null },
    ): Promise<boolean> {
      return move(taskId, { key: keys.slotWaiting(appId, taskId), versionstamp }, why, end);
    },

    /** A row that names no task. */
    row: (row: KvItem, why: SetAsideRecord) => move(row.key.map(String).join(" "), row, why),
  };
}

function replaceTask(writes: WriteSet, { lost: { row, value, versionstamp }, next }: LostTaskEnd) {
  writes
    .check(keys.task(next.id), versionstamp)
    .set(keys.task(next.id), next, recordSize(next))
    .set(keys.setAsideTask(next.id), value, MAX_VALUE_BYTES);
  replaceRows(writes, row.status, next);
}
