/** What the store needs of Deno KV: its built-in and the `@deno/kv` package have it; tests wrap it. */
export interface Kv {
  get(key: Deno.KvKey): Promise<KvRead>;
  getMany(keys: readonly Deno.KvKey[]): Promise<KvRead[]>;
  list(selector: Deno.KvListSelector, options?: Deno.KvListOptions): AsyncIterable<KvItem>;
  atomic(): KvAtomic;
}

/**
 * Tells of every change of up to ten keys, whoever made it, beginning with how they are. Changes
 * that follow closely may be told as one.
 */
export type KvWatch = (keys: readonly Deno.KvKey[]) => ReadableStream<readonly KvRead[]>;

/** A key as read; `versionstamp` is null where there is no value. */
export interface KvRead {
  readonly value: unknown;
  readonly versionstamp: string | null;
}

export interface KvItem {
  readonly key: Deno.KvKey;
  readonly value: unknown;
  readonly versionstamp: string;
}

/** An atomic commit being put together. */
export interface KvAtomic {
  check(...checks: Deno.AtomicCheck[]): unknown;
  set(key: Deno.KvKey, value: unknown, options?: { readonly expireIn?: number }): unknown;
  delete(key: Deno.KvKey): unknown;
  commit(): Promise<{ readonly ok: true; readonly versionstamp: string } | { readonly ok: false }>;
}
