import { decodeText, encodeText } from "./bodies.ts";
import { type Database, deleteBelow, deleteKeys } from "./database.ts";
import { keys } from "./keys.ts";
import { WriteSet } from "./write_set.ts";

/** Which text: that of the run of a step that began at `startedAt` (epoch milliseconds). */
export interface TextRef {
  readonly taskId: string;
  readonly stepId: string;
  readonly startedAt: number;
}

/** How long a piece may wait for more to come before it is stored. */
const FLUSH_MS = 500;
/** The same where processes follow what another one writes: people see it within half a second. */
const SHARED_FLUSH_MS = 200;
/** Long after a task has written anything nobody follows it any more. */
const TAIL_KEPT_MS = 24 * 60 * 60 * 1_000;

/** Streamed text, kept as rows that are only ever added: by task, step, start and offset. */
export type TextStore = ReturnType<typeof createTextStore>;

export function createTextStore(database: Database) {
  const { kv, committer, shared } = database;

  async function readPieces(
    { taskId, stepId, startedAt }: TextRef,
    from: number,
  ): Promise<{ readonly offset: number; readonly text: string }[]> {
    const pieces = [];
    const prefix = keys.texts(taskId, stepId, startedAt);
    const start = [...prefix, from];
    for await (const { key, value } of kv.list({ prefix, start }, { batchSize: 100 })) {
      if (value instanceof Uint8Array) {
        pieces.push({ offset: Number(key.at(-1)), text: decodeText(value) });
      }
    }
    return pieces;
  }

  return {
    flushMs: shared === null ? FLUSH_MS : SHARED_FLUSH_MS,

    /** Adds a piece that begins at `offset` (UTF-16 units). At most 20,000 characters. */
    async append({ taskId, stepId, startedAt }: TextRef, offset: number, text: string) {
      const bytes = encodeText(text);
      const lane = `${taskId} ${stepId} text`;
      const key = keys.text(taskId, stepId, startedAt, offset);
      const writes = new WriteSet(lane).set(key, bytes, bytes.length + 50);
      if (shared !== null) writes.set(keys.tail(taskId), true, 10, TAIL_KEPT_MS);
      await committer.commit(writes);
    },

    /** @param known Its beginning, as read before, which is not read again. */
    async read(ref: TextRef, known = ""): Promise<string> {
      const pieces = await readPieces(ref, known.length);
      const isNext = pieces[0] === undefined || pieces[0].offset === known.length;
      const texts = (isNext ? pieces : await readPieces(ref, 0)).map(({ text }) => text);
      return (isNext ? known : "") + texts.join("");
    },

    /** Forgets the texts of all runs of a step, its result being kept now. */
    forget: ({ taskId, stepId }: Pick<TextRef, "taskId" | "stepId">): Promise<void> =>
      deleteBelow(database, keys.textsOfStep(taskId, stepId)),

    /** Forgets the texts of a task, but for those of the runs in `kept`: by step id, their start. */
    async forgetAllBut(taskId: string, kept: ReadonlyMap<string, number>): Promise<void> {
      const left: Deno.KvKey[] = [];
      for await (const { key } of kv.list({ prefix: keys.textsOf(taskId) }, { batchSize: 100 })) {
        if (kept.get(String(key[2])) !== key[3]) left.push(key);
      }
      await deleteKeys(database, left);
    },
  };
}
