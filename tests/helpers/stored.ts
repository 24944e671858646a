import type { Kv } from "../../executor/store/kv.ts";
import { TaskRecord } from "../../executor/store/records.ts";

/** One entry of the database. */
export interface StoredEntry {
  readonly key: Deno.KvKey;
  readonly value: unknown;
}

/** All that a database holds, read at one go: nothing may write meanwhile. */
export class Stored {
  readonly entries: readonly StoredEntry[];
  /** The tasks, by id. */
  readonly tasks: ReadonlyMap<string, TaskRecord>;
  readonly #byPrefix: ReadonlyMap<string, readonly StoredEntry[]>;

  private constructor(entries: readonly StoredEntry[]) {
    this.entries = entries;
    this.#byPrefix = Map.groupBy(entries, ({ key }) => nameOf(key.slice(0, 2)));
    const records = this.ofKind("task").map(({ value }) => TaskRecord.parse(value));
    this.tasks = new Map(records.map((record) => [record.id, record]));
  }

  static async read(kv: Pick<Kv, "list">): Promise<Stored> {
    const entries: StoredEntry[] = [];
    const options = { batchSize: 500 };
    for await (const { key, value } of kv.list({ prefix: [] }, options)) {
      entries.push({ key, value });
    }
    return new Stored(entries);
  }

  /** Every entry whose key begins with this word. */
  ofKind(word: string): readonly StoredEntry[] {
    return this.entries.filter(({ key }) => key[0] === word);
  }

  /** Every entry whose key begins with this word and this id. */
  under(word: string, id: string): readonly StoredEntry[] {
    return this.#byPrefix.get(nameOf([word, id])) ?? [];
  }

  value(...key: Deno.KvKey): unknown {
    const name = nameOf(key);
    const entries = this.#byPrefix.get(nameOf(key.slice(0, 2))) ?? [];
    return entries.find((entry) => nameOf(entry.key) === name)?.value;
  }
}

/** A key as text, for people and as the key of a map. */
export function nameOf(key: Deno.KvKey): string {
  return key.map(String).join(" ");
}
