import type { Database } from "./database.ts";
import { DUE_BYTES, dueRecord, type Troubles, troublesOf } from "./due.ts";
import { keys } from "./keys.ts";
import type { KvItem } from "./kv.ts";
import { DueRecord } from "./records.ts";
import type { Lease } from "./tasks.ts";
import { WriteSet } from "./write_set.ts";

/** Rows read at a time; Deno KV refuses to read more than 1,000. */
const MAX_BATCH = 500;

/** A task's item in the queue. `vestAt` is when it may be taken, in epoch milliseconds. */
export interface DueItem {
  readonly taskId: string;
  readonly vestAt: number;
  readonly versionstamp: string;
  /** Null where it cannot be read: who takes the item writes it anew. */
  readonly record: DueRecord | null;
}

/** The head of the queue: items, and rows that name no task. */
export interface QueueHead {
  readonly items: readonly DueItem[];
  readonly strays: readonly KvItem[];
}

/** What waits in the queue. `oldestAt` is in epoch milliseconds, null where nothing waits. */
export interface DueCount {
  readonly count: number;
  readonly oldestAt: number | null;
}

/**
 * The queue: an index of tasks ordered by vesting time.
 *
 * After QuiCK (Eliaz et al., "QuiCK: A Queuing System in CloudKit", SIGMOD 2021): taking an item
 * moves it into the future instead of removing it, so that it comes back when its taker dies.
 */
export type Queue = ReturnType<typeof createQueue>;

export function createQueue({ kv, committer, ids, shared }: Database) {
  /** The versionstamp of a claim; null where somebody else was faster. */
  async function commitClaim(
    writes: WriteSet,
    place: Deno.KvKey,
    claim: string,
  ): Promise<string | null> {
    try {
      const result = await committer.commit(writes);
      if (result.ok) return result.versionstamp;
    } catch (error) {
      const own = await readClaim(place, claim);
      if (own === null) throw error;
      return own;
    }
    // Among processes, the committer has made sure that it was refused.
    return shared === null ? await readClaim(place, claim) : null;
  }

  /** The versionstamp of the item at a place, where it was this claim that moved it there. */
  async function readClaim(place: Deno.KvKey, claim: string): Promise<string | null> {
    const { value, versionstamp } = await kv.get(place);
    return DueRecord.safeParse(value).data?.claim === claim ? versionstamp : null;
  }

  return {
    /** The items that may be taken now, oldest first. */
    async peek(now: number, limit: number): Promise<QueueHead> {
      const end = [...keys.allDue(), now + 1];
      const items: DueItem[] = [];
      const strays: KvItem[] = [];
      const options = { limit, batchSize: Math.min(limit, MAX_BATCH) };
      for await (const row of kv.list({ prefix: keys.allDue(), end }, options)) {
        const item = itemOf(row);
        if (item === null) strays.push(row);
        else items.push(item);
      }
      return { items, strays };
    },

    /** How many items may be taken now, counted up to `limit`, and since when the oldest may. */
    async countDue(now: number, limit: number): Promise<DueCount> {
      const end = [...keys.allDue(), now + 1];
      let count = 0;
      let oldestAt: number | null = null;
      const options = { limit, batchSize: Math.min(limit, MAX_BATCH) };
      for await (const { key: [, vestAt] } of kv.list({ prefix: keys.allDue(), end }, options)) {
        if (typeof vestAt === "number") oldestAt ??= vestAt;
        count++;
      }
      return { count, oldestAt };
    },

    /** When the first item after `now` may be taken; null when there is none. */
    async nextVestAfter(now: number): Promise<number | null> {
      const start = [...keys.allDue(), now + 1];
      for await (const { key } of kv.list({ prefix: keys.allDue(), start }, { limit: 1 })) {
        const [, vestAt] = key;
        return typeof vestAt === "number" ? vestAt : null; // whatever is no number sorts after them
      }
      return null;
    },

    /**
     * Notes that a process begins to take tasks. When the one before it did, in epoch milliseconds;
     * null where it is the first.
     */
    async noteStart(at: number): Promise<number | null> {
      const { value } = await kv.get(keys.started());
      await committer.commit(new WriteSet("started").set(keys.started(), at, 10));
      return typeof value === "number" ? value : null;
    },

    /** Leaves an item for later, as it stands: nobody has run it meanwhile. */
    async postpone(item: DueItem, to: number): Promise<void> {
      const { taskId, vestAt, versionstamp, record } = item;
      const kept: DueRecord = {
        ...record ?? dueRecord("ready", troublesOf(null)),
        heldSince: heldSince(item),
      };
      const writes = new WriteSet(taskId)
        .check(keys.due(vestAt, taskId), versionstamp)
        .delete(keys.due(vestAt, taskId))
        .set(keys.due(to, taskId), kept, DUE_BYTES);
      await committer.commit(writes);
    },

    /**
     * Takes an item until `until`; null when somebody else was faster. Also where the commit threw,
     * or was refused, although it was applied: the item names the claim.
     */
    async claim(item: DueItem, until: number, hasAlibi: boolean) {
      const { taskId, vestAt, versionstamp } = item;
      const troubles = troublesOnceTaken(item, hasAlibi);
      const claim = ids.nonce();
      const place = keys.due(until, taskId);
      const writes = new WriteSet(taskId)
        .check(keys.due(vestAt, taskId), versionstamp)
        .delete(keys.due(vestAt, taskId))
        .set(place, { ...dueRecord("leased", troubles), claim }, DUE_BYTES);
      const claimed = await commitClaim(writes, place, claim);
      if (claimed === null) return null;
      const lease: Lease = { vestAt: until, versionstamp: claimed, ...troubles };
      return lease;
    },
  };
}

/** How often a process has died with a task, this time included where its lease has run out. */
export function crashesOf({ record }: DueItem): number {
  return troublesOf(record).crashes + (record?.status === "leased" ? 1 : 0);
}

/** What has gone wrong with a task, as who takes its item finds it. */
export function troublesOnceTaken(item: DueItem, hasAlibi: boolean): Troubles {
  const before = troublesOf(item.record);
  return { ...before, crashes: crashesOf(item), hasAlibi: before.hasAlibi || hasAlibi };
}

/** When an item could first be taken, in epoch milliseconds, however often it was left for later. */
export function heldSince({ vestAt, record }: DueItem): number {
  return record?.heldSince ?? vestAt;
}

function itemOf({ key, value, versionstamp }: KvItem): DueItem | null {
  const [, vestAt, taskId] = key;
  if (key.length !== 3 || typeof vestAt !== "number" || typeof taskId !== "string") return null;
  const record = DueRecord.safeParse(value);
  return { taskId, vestAt, versionstamp, record: record.success ? record.data : null };
}
