import type { Database } from "./database.ts";
import { DUE_BYTES, dueRecord, troublesOf } from "./due.ts";
import { keys } from "./keys.ts";
import type { KvItem } from "./kv.ts";
import { recordSize, SlotRecord, SlotWaitingRecord, TaskRecord } from "./records.ts";
import type { Lease, StoredTask } from "./tasks.ts";
import { WriteSet } from "./write_set.ts";

/** A task that waits for a slot. */
export interface SlotWaiter {
  readonly taskId: string;
  readonly versionstamp: string;
  readonly record: SlotWaitingRecord;
}

/** How things stood when they were read. `freed` changes whenever a slot is given back. */
export interface SlotView {
  readonly taken: ReadonlySet<number>;
  readonly freed: string | null;
}

/** What a task waits for, and how long. */
export interface SlotWait {
  readonly view: SlotView;
  readonly limit: number;
  /** When it has to have ended, in epoch milliseconds; null before it has started. */
  readonly deadline: number | null;
}

const SLOT_BYTES = 100;
/**
 * Most waiting tasks looked through for one that may have a free slot: one read. Only where versions
 * of an app differ in their concurrency may one behind them have one.
 */
const MAX_WAITERS = 100;
/** What stands for a waiting row that cannot be read. */
const UNKNOWN_WAITER: SlotWaitingRecord = { limit: 1, ...troublesOf(null) };

/**
 * The slots of apps that run only so many tasks at once, in all processes together. A slot is a key
 * that exists while a task holds it. Write sets that take a slot of an app share a lane, because
 * within one commit no check sees what the others set.
 */
export type SlotStore = ReturnType<typeof createSlotStore>;

export function createSlotStore(database: Database) {
  const { kv, committer, ids } = database;
  let onFreed: (appId: string) => void = () => {};

  /** Commits a new record of a task; the task as stored, null where a check failed. */
  async function commit(next: TaskRecord, writes: WriteSet): Promise<StoredTask | null> {
    writes.set(keys.task(next.id), next, recordSize(next));
    try {
      const result = await committer.commit(writes);
      return result.ok ? { record: next, versionstamp: result.versionstamp } : null;
    } catch (error) {
      const { value, versionstamp } = await kv.get(keys.task(next.id));
      const stored = TaskRecord.safeParse(value);
      const isApplied = stored.success && stored.data.writer === next.writer;
      if (!isApplied || versionstamp === null) throw error;
      return { record: stored.data, versionstamp };
    }
  }

  function nextOf({ record }: StoredTask, change: Pick<TaskRecord, "slot" | "dueAt">): TaskRecord {
    return { ...record, ...change, revision: record.revision + 1, writer: ids.nonce() };
  }

  /** Frees a slot whose holder does not hold it. */
  async function free(appId: string, number: number, versionstamp: string): Promise<void> {
    const key = keys.slot(appId, number);
    const writes = new WriteSet(laneOf(appId)).check(key, versionstamp).delete(key);
    await committer.commit(writes.set(keys.slotFreed(appId), true, 10));
  }

  return {
    /** Calls `action` whenever a task of this process has given a slot back. */
    whenFreed(action: (appId: string) => void): void {
      onFreed = action;
    },

    tellFreed: (appId: string): void => onFreed(appId),

    async view(appId: string): Promise<SlotView> {
      // In this order: a slot given back meanwhile changes what a waiting task checks.
      const { versionstamp: freed } = await kv.get(keys.slotFreed(appId));
      const taken = new Set<number>();
      for await (const { key } of kv.list({ prefix: keys.slots(appId) })) taken.add(Number(key[2]));
      return { taken, freed };
    },

    /** Gives a free slot to a claimed task. Null where the slot or the task is no longer so. */
    take(task: StoredTask, lease: Lease, number: number): Promise<StoredTask | null> {
      const { id, app, dueAt } = task.record;
      const next = nextOf(task, { slot: { type: "held", number }, dueAt });
      const writes = new WriteSet(id, laneOf(app.id))
        .check(keys.task(id), task.versionstamp)
        .check(keys.due(lease.vestAt, id), lease.versionstamp)
        .check(keys.slot(app.id, number), null)
        .set(keys.slot(app.id, number), { taskId: id } satisfies SlotRecord, SLOT_BYTES);
      return commit(next, writes);
    },

    /**
     * Moves a claimed task from the queue to those that wait for a slot; one that has a deadline is
     * due again then, slot or no slot. Null where the task is no longer so, or a slot was given back
     * since `view` was read.
     */
    wait(task: StoredTask, lease: Lease, wait: SlotWait): Promise<StoredTask | null> {
      const { view, limit, deadline } = wait;
      const { id, app } = task.record;
      const { crashes, errors, hasAlibi } = lease;
      const writes = new WriteSet(id)
        .check(keys.task(id), task.versionstamp)
        .check(keys.due(lease.vestAt, id), lease.versionstamp)
        .check(keys.slotFreed(app.id), view.freed)
        .delete(keys.due(lease.vestAt, id))
        .set(
          keys.slotWaiting(app.id, id),
          { limit, crashes, errors, hasAlibi } satisfies SlotWaitingRecord,
          SLOT_BYTES,
        );
      if (deadline !== null) {
        writes.set(keys.due(deadline, id), dueRecord("ready", lease), DUE_BYTES);
      }
      return commit(nextOf(task, { slot: { type: "waiting" }, dueAt: deadline }), writes);
    },

    /**
     * The task that has waited longest of those that may have a free slot; null where none may.
     *
     * @param passed Tasks that are none of them.
     */
    async nextWaiter(appId: string, { taken }: SlotView, passed: ReadonlySet<string>) {
      const limit = MAX_WAITERS;
      for await (const row of kv.list({ prefix: keys.slotWaitingOf(appId) }, { limit })) {
        const waiter = waiterOf(row);
        if (passed.has(waiter.taskId)) continue;
        for (let number = 0; number < waiter.record.limit; number++) {
          if (!taken.has(number)) return { waiter, number };
        }
      }
      return null;
    },

    /**
     * Gives a free slot to a waiting task and puts it back into the queue. Null where it is too late,
     * be it that somebody has taken the task because its deadline has come.
     */
    assign(
      task: StoredTask,
      waiter: SlotWaiter,
      { number, at }: { readonly number: number; readonly at: number },
    ): Promise<StoredTask | null> {
      const { id, app, dueAt: deadline } = task.record;
      const waiting = keys.slotWaiting(app.id, id);
      const writes = new WriteSet(id, laneOf(app.id))
        .check(keys.task(id), task.versionstamp)
        .check(waiting, waiter.versionstamp)
        .check(keys.slot(app.id, number), null)
        .delete(waiting)
        .set(keys.slot(app.id, number), { taskId: id } satisfies SlotRecord, SLOT_BYTES);
      if (deadline !== null) {
        // Written with the record: a claim has changed the one, and not the other.
        writes.check(keys.due(deadline, id), task.versionstamp).delete(keys.due(deadline, id));
      }
      writes
        .set(keys.due(at, id), dueRecord("ready", waiter.record), DUE_BYTES)
        .ring("work");
      return commit(nextOf(task, { slot: { type: "held", number }, dueAt: at }), writes);
    },

    /** Forgets a row of a task that does not wait. */
    async dropWaiter(appId: string, { taskId, versionstamp }: SlotWaiter): Promise<void> {
      const key = keys.slotWaiting(appId, taskId);
      await committer.commit(new WriteSet(taskId).check(key, versionstamp).delete(key));
    },

    free,

    /** Gives back the slot of a task that has been deleted before it did so itself. */
    async freeOf({ id, app, slot }: TaskRecord): Promise<void> {
      if (slot?.type !== "held") return;
      const { value, versionstamp } = await kv.get(keys.slot(app.id, slot.number));
      const holder = SlotRecord.safeParse(value);
      if (versionstamp === null || holder.data?.taskId !== id) return;
      await free(app.id, slot.number, versionstamp);
      onFreed(app.id);
    },

    /** Every slot that is taken, and by whom; `taskId` is null where that cannot be read. */
    async *all() {
      for await (const { key, value, versionstamp } of kv.list({ prefix: keys.allSlots() })) {
        const record = SlotRecord.safeParse(value);
        const taskId = record.success ? record.data.taskId : null;
        yield { appId: String(key[1]), number: Number(key[2]), versionstamp, taskId };
      }
    },

    /** The apps that tasks wait for a slot of; each is found in one read. */
    async *waitingApps(): AsyncGenerator<string> {
      const prefix = keys.allSlotWaiting();
      let start: Deno.KvKey | null = null;
      for (;;) {
        const [appId]: string[] = await firstApp(start === null ? { prefix } : { prefix, start });
        if (appId === undefined) return;
        yield appId;
        start = [...prefix, `${appId}\0`];
      }
    },

    /** How many tasks wait for a slot, counted up to `limit`. */
    async countWaiting(limit: number): Promise<number> {
      let count = 0;
      const options = { limit, batchSize: Math.min(limit, 500) };
      for await (const _ of kv.list({ prefix: keys.allSlotWaiting() }, options)) count++;
      return count;
    },
  };

  async function firstApp(selector: Deno.KvListSelector): Promise<string[]> {
    for await (const { key } of kv.list(selector, { limit: 1 })) return [String(key[1])];
    return [];
  }
}

function waiterOf({ key, value, versionstamp }: KvItem): SlotWaiter {
  const record = SlotWaitingRecord.safeParse(value);
  return {
    taskId: String(key[2]),
    versionstamp,
    record: record.success ? record.data : UNKNOWN_WAITER,
  };
}

function laneOf(appId: string): string {
  return `slots of ${appId}`;
}

/**
 * What a transition means for the slot of its task: it is kept while the task's item is leased, or
 * is handed over; a task that has ended, or waits, gives it back.
 */
export function leaveSlot(writes: WriteSet, { id, app, slot }: TaskRecord): void {
  if (slot?.type === "waiting") writes.delete(keys.slotWaiting(app.id, id));
  if (slot?.type !== "held") return;
  writes.delete(keys.slot(app.id, slot.number)).set(keys.slotFreed(app.id), true, 10);
}
