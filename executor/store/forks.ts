import type { ForkDetail } from "../task.ts";
import { copyBody, setUnnamed } from "./bodies.ts";
import type { Database } from "./database.ts";
import { keys, rowKey } from "./keys.ts";
import { ForkRecord, StepRecord, TaskRecord } from "./records.ts";
import { markUnaccepted } from "./unaccepted.ts";
import { parseStored } from "./unreadable.ts";
import type { WriteSet } from "./write_set.ts";

/** Steps one commit takes: each may hold a body of its own and the messages of ten attempts. */
const STEPS_A_COMMIT = 10;

/** A task to be forked. */
export interface ForkSource {
  readonly record: TaskRecord;
  /**
   * Of its row in the history. Unlike the record, the row stays as it is while steps run, and it
   * goes when the task is deleted.
   */
  readonly rowVersionstamp: string;
}

/** What makes a new task a fork; which one it was forked from stands in its record. */
export interface NewFork {
  readonly rowVersionstamp: string;
  /** What `copySteps` gave; null where nothing was copied. */
  readonly mark: string | null;
  readonly entry: ForkRecord;
}

/** Reads of forks, and the copies they begin with. */
export type ForkStore = ReturnType<typeof createForkStore>;

export function createForkStore(database: Database) {
  const { kv, ids } = database;

  async function copyStep(from: string, to: string, value: unknown): Promise<StepRecord> {
    const record = StepRecord.parse(value);
    if (record.body === null) return record;
    return { ...record, body: await copyBody(kv, record.body, { from, to, set: ids.nonce() }) };
  }

  return {
    async readSource(taskId: string): Promise<ForkSource | null> {
      const [task, row] = await kv.getMany([keys.task(taskId), rowKey(taskId)]);
      const rowVersionstamp = row?.versionstamp ?? null;
      if (task === undefined || task.versionstamp === null || rowVersionstamp === null) return null;
      return {
        record: parseStored(TaskRecord, task.value, `task "${taskId}"`),
        rowVersionstamp,
      };
    },

    async exists(taskId: string): Promise<boolean> {
      return (await kv.get(rowKey(taskId))).versionstamp !== null;
    },

    /** The newest forks of a task, newest first. */
    async list(taskId: string, limit: number): Promise<ForkDetail[]> {
      const selector = { prefix: keys.forks(taskId) };
      const forks: ForkDetail[] = [];
      const options = { limit, reverse: true, batchSize: limit };
      for await (const { key, value } of kv.list(selector, options)) {
        const entry = ForkRecord.safeParse(value);
        if (entry.success) forks.push({ id: String(key.at(-1)), ...entry.data });
      }
      return forks;
    },

    /**
     * Copies what is kept of these steps for a task about to be accepted, a few at a time. The
     * mark that accepting it has to name.
     *
     * @throws where the task they are copied from is deleted meanwhile.
     */
    async copySteps(
      from: string,
      to: string,
      stepIds: ReadonlySet<string>,
    ): Promise<string | null> {
      const mark = await markUnaccepted(database, to);
      let copies: { key: Deno.KvKey; value: StepRecord }[] = [];
      for await (const { key, value } of kv.list({ prefix: keys.steps(from) })) {
        const stepId = String(key.at(-1));
        if (!stepIds.has(stepId)) continue;
        copies.push({ key: keys.step(to, stepId), value: await copyStep(from, to, value) });
        if (copies.length < STEPS_A_COMMIT) continue;
        await setUnnamed(kv, copies);
        copies = [];
      }
      if (copies.length > 0) await setUnnamed(kv, copies);
      return mark;
    },
  };
}

/** Adds to a task's acceptance that it is a fork; refused where the other one's row has changed. */
export function setFork(
  writes: WriteSet,
  { id, forkedFrom }: TaskRecord,
  { rowVersionstamp, entry }: NewFork,
): void {
  if (forkedFrom === undefined) throw new TypeError(`Cannot add fork "${id}": of what, is unsaid`);
  writes
    .check(rowKey(forkedFrom.taskId), rowVersionstamp)
    .set(keys.fork(forkedFrom.taskId, id), entry, 500);
}
