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

/** Streamed text, kept as rows that are only ever added: by task, step, start and offset. */
export type TextStore = ReturnType<typeof createTextStore>;

export function createTextStore(database: Database) {
  const { kv, committer } = database;
  return {
    /** Adds a piece that begins at `offset` (UTF-16 units). At most 20,000 characters. */
    async append({ taskId, stepId, startedAt }: TextRef, offset: number, text: string) {
      const bytes = encodeText(text);
      const lane = `${taskId} ${stepId} text`;
      const key = keys.text(taskId, stepId, startedAt, offset);
      await committer.commit(new WriteSet(lane).set(key, bytes, bytes.length + 50));
    },

    async read({ taskId, stepId, startedAt }: TextRef): Promise<string> {
      const pieces: string[] = [];
      const prefix = keys.texts(taskId, stepId, startedAt);
      for await (const { value } of kv.list({ prefix }, { batchSize: 100 })) {
        if (value instanceof Uint8Array) pieces.push(decodeText(value));
      }
      return pieces.join("");
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
