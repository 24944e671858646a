import type { Ring } from "./keys.ts";

type Key = Deno.KvKey;
type Mutation =
  | {
    readonly type: "set";
    readonly key: Key;
    readonly value: unknown;
    readonly expireIn?: number;
  }
  | { readonly type: "delete"; readonly key: Key };

/** What one writer wants committed at once: all of it or nothing. */
export class WriteSet {
  readonly checks: Deno.AtomicCheck[] = [];
  readonly mutations: Mutation[] = [];
  /** What other processes are told of with it, where there are any. */
  readonly rings = new Set<Ring>();
  /** Estimates on the high side; the database refuses commits over its limits. */
  valueBytes = 0;
  keyBytes = 0;

  readonly lanes: readonly string[];

  /** @param lanes Write sets of one lane never share a commit: they may touch the same keys. */
  constructor(...lanes: readonly [string, ...string[]]) {
    this.lanes = lanes;
  }

  check(key: Key, versionstamp: string | null): this {
    this.checks.push({ key, versionstamp });
    this.keyBytes += keySize(key);
    return this;
  }

  /**
   * @param size Bytes of the value as it is stored, at least.
   * @param expireIn Milliseconds after which nobody needs it any more.
   */
  set(key: Key, value: unknown, size: number, expireIn?: number): this {
    this.mutations.push({ type: "set", key, value, expireIn });
    this.keyBytes += keySize(key);
    this.valueBytes += size;
    return this;
  }

  ring(ring: Ring): this {
    this.rings.add(ring);
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
