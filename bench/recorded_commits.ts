import type { Kv, KvAtomic } from "../executor/store/kv.ts";

/** An atomic commit as it was made. */
export interface RecordedCommit {
  readonly checks: readonly Deno.AtomicCheck[];
  readonly mutations: readonly RecordedMutation[];
  /** What it was answered; null where it was refused. */
  readonly versionstamp: string | null;
}

export type RecordedMutation =
  | { readonly type: "set"; readonly key: Deno.KvKey; readonly value: unknown }
  | { readonly type: "delete"; readonly key: Deno.KvKey };

/** A database that passes everything on and tells of each commit. */
export function recordCommits(kv: Kv, onCommit: (commit: RecordedCommit) => void): Kv {
  return {
    get: (key) => kv.get(key),
    getMany: (keys) => kv.getMany(keys),
    list: (selector, options) => kv.list(selector, options),
    atomic: () => recordAtomic(kv.atomic(), onCommit),
  };
}

function recordAtomic(atomic: KvAtomic, onCommit: (commit: RecordedCommit) => void): KvAtomic {
  const checks: Deno.AtomicCheck[] = [];
  const mutations: RecordedMutation[] = [];
  return {
    check(...more) {
      checks.push(...more);
      return atomic.check(...more);
    },
    set(key, value) {
      mutations.push({ type: "set", key, value });
      return atomic.set(key, value);
    },
    delete(key) {
      mutations.push({ type: "delete", key });
      return atomic.delete(key);
    },
    async commit() {
      const result = await atomic.commit();
      onCommit({ checks, mutations, versionstamp: result.ok ? result.versionstamp : null });
      return result;
    },
  };
}
