type Key = Deno.KvKey;
type Mutation =
  | { readonly type: "set"; readonly key: Key; readonly value: unknown }
  | { readonly type: "delete"; readonly key: Key };

/** What one writer wants committed at once: all of it or nothing. */
export class WriteSet {
  readonly checks: Deno.AtomicCheck[] = [];
  readonly mutations: Mutation[] = [];
  /** Estimates on the high side; the database refuses commits over its limits. */
  valueBytes = 0;
  keyBytes = 0;

  /** @param lane Write sets of one lane never share a commit: they may touch the same keys. */
  constructor(readonly lane: string) {}

  check(key: Key, versionstamp: string | null): this {
    this.checks.push({ key, versionstamp });
    this.keyBytes += keySize(key);
    return this;
  }

  /** @param size Bytes of the value as it is stored, at least. */
  set(key: Key, value: unknown, size: number): this {
    this.mutations.push({ type: "set", key, value });
    this.keyBytes += keySize(key);
    this.valueBytes += size;
    return this;
  }

  delete(key: Key): this {
    this.mutations.push({ type: "delete", key });
    this.keyBytes += keySize(key);
    return this;
  }
}

function keySize(key: Key): number {
  return key.reduce<number>(
    (sum, part) => sum + (typeof part === "string" ? part.length * 2 + 2 : 12),
    0,
  );
}
