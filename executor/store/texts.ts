import { decodeText, encodeText } from "./bodies.ts";
import { type Database, deleteBelow } from "./database.ts";
import { keys } from "./keys.ts";
import { WriteSet } from "./write_set.ts";

/** Which attempt's streamed text. */
export interface TextRef {
  readonly taskId: string;
  readonly stepId: string;
  readonly attempt: number;
}

/** Streamed text, kept as rows that are only ever added: by task, step, attempt and offset. */
export type TextStore = ReturnType<typeof createTextStore>;

export function createTextStore(database: Database) {
  const { kv, committer } = database;
  return {
    /** Adds a piece that begins at `offset` (UTF-16 units). At most 20,000 characters. */
    async append({ taskId, stepId, attempt }: TextRef, offset: number, text: string) {
      const bytes = encodeText(text);
      const lane = `${taskId} ${stepId} text`;
      const key = keys.text(taskId, stepId, attempt, offset);
      await committer.commit(new WriteSet(lane).set(key, bytes, bytes.length + 50));
    },

    async read({ taskId, stepId, attempt }: TextRef): Promise<string> {
      const pieces: string[] = [];
      const prefix = keys.texts(taskId, stepId, attempt);
      for await (const { value } of kv.list({ prefix }, { batchSize: 100 })) {
        if (value instanceof Uint8Array) pieces.push(decodeText(value));
      }
      return pieces.join("");
    },

    /** Forgets the text of an attempt, its result being kept now. */
    forget: ({ taskId, stepId, attempt }: TextRef): Promise<void> =>
      deleteBelow(database, keys.texts(taskId, stepId, attempt)),
  };
}
