import { type Apply, type CommitResult, plainly } from "./apply_writes.ts";
import type { Kv } from "./kv.ts";
import type { WriteSet } from "./write_set.ts";

/** What Deno KV takes in one atomic commit, with room to spare in the sizes, which are estimates. */
const MAX_CHECKS = 100;
/** What a KV Connect service takes: denokv refuses the whole commit beyond it. */
export const MAX_SHARED_CHECKS = 10;
const MAX_MUTATIONS = 990;
const MAX_VALUE_BYTES = 600 * 1024;
const MAX_KEY_BYTES = 64 * 1024;

export type { CommitResult } from "./apply_writes.ts";

/** Commits write sets. */
export interface Committer {
  /**
   * Resolves with `ok: false` where a check failed: nothing was written.
   *
   * @throws when the commit threw: it may have been applied, or not.
   */
  commit(writes: WriteSet): Promise<CommitResult>;
}

/** One commit to the database, applied or refused: how many write sets went together. */
export interface CommitSpan {
  readonly writeSets: number;
  readonly durationMs: number;
}

export interface CommitterOptions {
  readonly onCommit?: (span: CommitSpan) => void;
  /** Plainly, unless it is given. */
  readonly apply?: Apply;
  /** Most checks in one commit. */
  readonly maxChecks?: number;
}

interface Pending {
  readonly writes: WriteSet;
  readonly resolve: (result: CommitResult) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit: while one commit is being synced, the write sets that arrive are gathered and go
 * together in the next. One that is alone does not wait. If a check fails in company, each member
 * is committed by itself, so that one conflict harms nobody else.
 */
export function createCommitter(
  kv: Pick<Kv, "atomic">,
  { onCommit = () => {}, apply = plainly(kv), maxChecks = MAX_CHECKS }: CommitterOptions = {},
): Committer {
  let waiting: Pending[] = [];
  let isCommitting = false;

  async function drain(): Promise<void> {
    isCommitting = true;
    while (waiting.length > 0) {
      const { batch, rest } = takeBatch(waiting, maxChecks);
      waiting = rest;
      await commitBatch(batch);
    }
    isCommitting = false;
  }

  async function commitBatch(batch: readonly Pending[]): Promise<void> {
    try {
      const beganAt = performance.now();
      const result = await apply(batch.map(({ writes }) => writes));
      onCommit({ writeSets: batch.length, durationMs: performance.now() - beganAt });
      if (result.ok || batch.length === 1) {
        for (const { resolve } of batch) resolve(result);
        return;
      }
    } catch (error) {
      // A TypeError refuses a key or value before anything is written: the others are not to blame.
      if (!(error instanceof TypeError) || batch.length === 1) {
        for (const { reject } of batch) reject(error);
        return;
      }
    }
    for (const pending of batch) await commitBatch([pending]);
  }

  return {
    commit(writes) {
      return new Promise((resolve, reject) => {
        waiting.push({ writes, resolve, reject });
        if (!isCommitting) drain();
      });
    },
  };
}

/** What fits one commit, in the order it came; of each lane the first only, the others wait. */
function takeBatch(
  waiting: readonly Pending[],
  maxChecks: number,
): { batch: Pending[]; rest: Pending[] } {
  const batch: Pending[] = [];
  const rest: Pending[] = [];
  const lanes = new Set<string>();
  const total = { checks: 0, mutations: 0, values: 0, keys: 0 };
  for (const pending of waiting) {
    const { lanes: own, checks, mutations, valueBytes, keyBytes } = pending.writes;
    const fits = batch.length === 0 || (
      total.checks + checks.length <= maxChecks &&
      total.mutations + mutations.length <= MAX_MUTATIONS &&
      total.values + valueBytes <= MAX_VALUE_BYTES &&
      total.keys + keyBytes <= MAX_KEY_BYTES
    );
    if (!fits || own.some((lane) => lanes.has(lane))) {
      rest.push(pending);
    } else {
      batch.push(pending);
      total.checks += checks.length;
      total.mutations += mutations.length;
      total.values += valueBytes;
      total.keys += keyBytes;
    }
    for (const lane of own) lanes.add(lane);
  }
  return { batch, rest };
}
