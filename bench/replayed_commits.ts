import type { RecordedCommit } from "./recorded_commits.ts";

/** What a commit was answered when it was made again, by what it was answered at first. */
export type Stamps = Map<string, string>;

/**
 * Makes recorded commits again, one after another, straight in a database: the same keys, values,
 * checks and deletions.
 *
 * @param stamps Of the commits made before, to which those of these are added.
 * @throws {Error} when the database refuses one that it took before.
 */
export async function replayCommits(
  kv: Deno.Kv,
  commits: readonly RecordedCommit[],
  stamps: Stamps,
): Promise<Stamps> {
  for (const { checks, mutations, versionstamp } of commits) {
    if (versionstamp === null) continue;
    const atomic = kv.atomic();
    for (const { key, versionstamp: basis } of checks) {
      atomic.check({ key, versionstamp: basis === null ? null : stamps.get(basis) ?? null });
    }
    for (const mutation of mutations) {
      if (mutation.type === "set") atomic.set(mutation.key, mutation.value);
      else atomic.delete(mutation.key);
    }
    const result = await atomic.commit();
    if (!result.ok) throw new Error("Cannot replay the commits of a run: one was refused");
    stamps.set(versionstamp, result.versionstamp);
  }
  return stamps;
}
