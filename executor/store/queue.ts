import type { Database } from "./database.ts";
import { keys } from "./keys.ts";
import type { KvItem } from "./kv.ts";
import { DueRecord } from "./records.ts";
import type { Lease } from "./tasks.ts";
import { WriteSet } from "./write_set.ts";

/** A task's item in the queue. `vestAt` is when it may be taken, in epoch milliseconds. */
export interface DueItem {
  readonly taskId: string;
  readonly vestAt: number;
  readonly versionstamp: string;
  readonly record: DueRecord;
}

const DUE_BYTES = 100;

/**
 * The queue: an index of tasks ordered by vesting time.
 *
 * After QuiCK (Eliaz et al., "QuiCK: A Queuing System in CloudKit", SIGMOD 2021): taking an item
 * moves it into the future instead of removing it, so that it comes back when its taker dies.
 */
export type Queue = ReturnType<typeof createQueue>;

export function createQueue({ kv, committer }: Database) {
  return {
    /** The items that may be taken now, oldest first, and the time at which the next one may. */
    async peek(now: number, limit: number): Promise<DueItem[]> {
      const end = [...keys.allDue(), now + 1];
      return await collect(kv.list({ prefix: keys.allDue(), end }, { limit, batchSize: limit }));
    },

    /** When the first item after `now` may be taken; null when there is none. */
    async nextVestAfter(now: number): Promise<number | null> {
      const start = [...keys.allDue(), now + 1];
      const [item] = await collect(kv.list({ prefix: keys.allDue(), start }, { limit: 1 }));
      return item?.vestAt ?? null;
    },

    /** Takes an item until `until`; null when somebody else was faster. */
    async claim(item: DueItem, until: number): Promise<Lease | null> {
      const crashes = item.record.crashes + (item.record.status === "leased" ? 1 : 0);
      const writes = new WriteSet(item.taskId)
        .check(keys.due(item.vestAt, item.taskId), item.versionstamp)
        .delete(keys.due(item.vestAt, item.taskId))
        .set(
          keys.due(until, item.taskId),
          { status: "leased", crashes } satisfies DueRecord,
          DUE_BYTES,
        );
      const result = await committer.commit(writes);
      return result.ok ? { vestAt: until, versionstamp: result.versionstamp, crashes } : null;
    },
  };
}

async function collect(entries: AsyncIterable<KvItem>): Promise<DueItem[]> {
  const items: DueItem[] = [];
  for await (const { key, value, versionstamp } of entries) {
    const [, vestAt, taskId] = key;
    items.push({
      taskId: String(taskId),
      vestAt: Number(vestAt),
      versionstamp,
      record: DueRecord.parse(value),
    });
  }
  return items;
}
