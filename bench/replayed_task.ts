import { recordCommits, type RecordedCommit } from "./recorded_commits.ts";
import { startNoOpApp, STEPS_IN_A_ROW } from "./no_op_app.ts";

/** The commits of one real task, in order. */
export interface RecordedTask {
  readonly taskId: string;
  readonly commits: readonly RecordedCommit[];
}

const COMMITS = 4;

/** Runs a task of three no-op steps and records what it commits. */
export async function recordTask(path: string): Promise<RecordedTask> {
  const all: RecordedCommit[] = [];
  const app = await startNoOpApp(
    path,
    STEPS_IN_A_ROW,
    (kv) => recordCommits(kv, (each) => all.push(each)),
  );
  const taskId = await app.complete();
  await app.stop();
  const commits = all.filter(({ mutations }) => mutations.some(({ key }) => key.includes(taskId)));
  if (commits.length !== COMMITS) {
    throw new Error(
      `Cannot take the floor: a task made ${commits.length} commits, not ${COMMITS}`,
    );
  }
  return { taskId, commits };
}

/**
 * Commits the same again under another task's id, one after another: the same keys, values, checks
 * and deletions, straight to the database.
 *
 * @param taskId as long as the recorded one, and not used before.
 */
export function prepareReplay(
  kv: Deno.Kv,
  { taskId: from, commits }: RecordedTask,
  taskId: string,
) {
  const renamed = (key: Deno.KvKey) => key.map((part) => part === from ? taskId : part);
  const prepared = commits.map(({ checks, mutations }) => ({
    checks: checks.map(({ key, versionstamp }) => ({
      key: renamed(key),
      basis: commits.findIndex((commit) => commit.versionstamp === versionstamp),
    })),
    mutations: mutations.map((mutation) => ({ ...mutation, key: renamed(mutation.key) })),
  }));

  return async function replay(): Promise<void> {
    const versionstamps: string[] = [];
    for (const { checks, mutations } of prepared) {
      const atomic = kv.atomic();
      for (const { key, basis } of checks) {
        atomic.check({ key, versionstamp: versionstamps[basis] ?? null });
      }
      for (const mutation of mutations) {
        if (mutation.type === "set") atomic.set(mutation.key, mutation.value);
        else atomic.delete(mutation.key);
      }
      const result = await atomic.commit();
      if (!result.ok) throw new Error(`Cannot replay a task: a commit was refused`);
      versionstamps.push(result.versionstamp);
    }
  };
}
