import type { Clock } from "../clock.ts";
import type { Ids } from "../ids.ts";
import { inCompany } from "./apply_writes.ts";
import { createBell } from "./bell.ts";
import {
  type CommitSpan,
  type Committer,
  createCommitter,
  MAX_SHARED_CHECKS,
} from "./committer.ts";
import type { Kv, KvWatch } from "./kv.ts";
import { createSignature } from "./signature.ts";
import { WriteSet } from "./write_set.ts";

/** The database as the files of this folder use it. */
export interface Database {
  readonly kv: Kv;
  readonly committer: Committer;
  readonly ids: Ids;
  /** Null where the database belongs to this process alone. */
  readonly shared: Shared | null;
}

/** A database that other processes use as well, and how to hear of what they do. */
export interface Shared {
  readonly watch: KvWatch;
  readonly clock: Clock;
}

export interface DatabaseOptions {
  readonly onCommit?: (span: CommitSpan) => void;
  readonly shared?: Shared | null;
}

export function createDatabase(
  kv: Kv,
  ids: Ids,
  { onCommit, shared = null }: DatabaseOptions = {},
): Database {
  if (shared === null) return { kv, committer: createCommitter(kv, { onCommit }), ids, shared };
  const bell = createBell(shared.clock, (ring) => {
    committer.commit(new WriteSet("bell").ring(ring)).catch(() => {
      // Whoever is not told finds it by looking.
    });
  });
  const signature = createSignature(kv, ids.nonce());
  const apply = inCompany(kv, { bell, signature });
  const committer = createCommitter(kv, { onCommit, apply, maxChecks: MAX_SHARED_CHECKS });
  return { kv, committer, ids, shared };
}

/** Most keys deleted in one commit, so that a big deletion stalls nobody. */
const DELETIONS_A_COMMIT = 100;

/** Deletes everything below a prefix, in bounded batches. */
export async function deleteBelow({ kv }: Database, prefix: Deno.KvKey): Promise<void> {
  for (;;) {
    const atomic = kv.atomic();
    let count = 0;
    const options = { limit: DELETIONS_A_COMMIT, batchSize: DELETIONS_A_COMMIT };
    for await (const { key } of kv.list({ prefix }, options)) {
      atomic.delete(key);
      count++;
    }
    if (count > 0) await atomic.commit();
    if (count < DELETIONS_A_COMMIT) return;
  }
}

/** Deletes keys, whatever they hold, in bounded batches. */
export async function deleteKeys({ kv }: Database, keys: readonly Deno.KvKey[]): Promise<void> {
  for (let first = 0; first < keys.length; first += DELETIONS_A_COMMIT) {
    const atomic = kv.atomic();
    for (const key of keys.slice(first, first + DELETIONS_A_COMMIT)) atomic.delete(key);
    await atomic.commit();
  }
}

/** Deletes one key, whatever it holds. */
export async function deleteKey({ kv }: Database, key: Deno.KvKey): Promise<void> {
  const atomic = kv.atomic();
  atomic.delete(key);
  await atomic.commit();
}
