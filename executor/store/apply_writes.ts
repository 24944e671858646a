import type { Bell } from "./bell.ts";
import { keys } from "./keys.ts";
import type { Kv, KvAtomic } from "./kv.ts";
import type { Signature } from "./signature.ts";
import type { WriteSet } from "./write_set.ts";

export type CommitResult =
  | { readonly ok: true; readonly versionstamp: string }
  | { readonly ok: false };

/** How often a commit is sent that may have been applied, or not. */
const MAX_TRIES = 5;

/** Makes one commit of write sets. */
export type Apply = (writeSets: readonly WriteSet[]) => Promise<CommitResult>;

/** Commits to a database of this process alone. */
export function plainly(kv: Pick<Kv, "atomic">): Apply {
  return async (writeSets) => {
    const result = await atomicOf(kv, writeSets).commit();
    return result.ok ? { ok: true, versionstamp: result.versionstamp } : { ok: false };
  };
}

/**
 * Commits to a database that other processes use as well: tells them, and finds out whether a
 * commit that was refused, or failed, was applied after all.
 */
export function inCompany(
  kv: Pick<Kv, "atomic">,
  { bell, signature }: { readonly bell: Bell; readonly signature: Signature },
): Apply {
  return async (writeSets) => {
    const atomic = atomicOf(kv, writeSets);
    const rings = new Set(writeSets.flatMap((writes) => [...writes.rings]));
    for (const ring of bell.admit(rings)) atomic.set(keys.bell(ring), true);
    signature.sign(atomic);
    for (let tries = 1;; tries++) {
      try {
        const result = await atomic.commit();
        const versionstamp = result.ok ? result.versionstamp : await signature.readApplied();
        return versionstamp === null ? { ok: false } : { ok: true, versionstamp };
      } catch (error) {
        if (error instanceof TypeError || tries >= MAX_TRIES) throw error;
        // The same commit again, under the same number: its checks let it be applied once.
      }
    }
  };
}

function atomicOf(kv: Pick<Kv, "atomic">, writeSets: readonly WriteSet[]): KvAtomic {
  const atomic = kv.atomic();
  for (const { checks, mutations } of writeSets) {
    atomic.check(...checks);
    for (const mutation of mutations) {
      if (mutation.type === "delete") atomic.delete(mutation.key);
      else if (mutation.expireIn === undefined) atomic.set(mutation.key, mutation.value);
      else atomic.set(mutation.key, mutation.value, { expireIn: mutation.expireIn });
    }
  }
  return atomic;
}
