import assert from "node:assert/strict";
import { isTaskId } from "../../executor/mod.ts";
import { historyKeys } from "../../executor/store/keys.ts";
import type { Kv } from "../../executor/store/kv.ts";
import type { TaskRecord } from "../../executor/store/records.ts";
import { rowOf } from "../../executor/store/tasks.ts";
import { bodyProblems } from "./body_check.ts";
import { lifeProblems } from "./life_check.ts";
import { queueProblems } from "./queue_check.ts";
import { nameOf, Stored } from "./stored.ts";

/** How much is asked of a database. */
export interface CheckOptions {
  /** Epoch milliseconds by the clock of those who write to it. */
  readonly now: number;
  /** Whether nothing is under way any more: no task runs, no worker is tidying up. */
  readonly isAtRest?: boolean;
}

/** What a check has found, and how much it looked at. */
export interface DatabaseCheck {
  readonly tasks: number;
  readonly entries: number;
  /** Sentences; none where all is as it has to be. */
  readonly problems: readonly string[];
}

/**
 * Checks everything a database holds against what has to hold at any moment: each task stands once
 * in the queue as long as it runs, so that somebody will go on with it, and never after that; its
 * history rows, bodies and parts are whole; and nothing is left of what was deleted. Nothing may
 * write meanwhile.
 */
export async function checkDatabase(
  kv: Pick<Kv, "list">,
  options: CheckOptions,
): Promise<DatabaseCheck> {
  const stored = await Stored.read(kv);
  const problems = [...stored.tasks.values()].flatMap((record) =>
    [
      ...lifeProblems(record),
      ...queueProblems(stored, record, options),
      ...historyProblems(stored, record),
      ...bodyProblems(stored, record, options),
    ].map((problem) => `${record.id} (${record.state.status}): ${problem}`)
  );
  if (options.isAtRest) {
    problems.push(...stored.ofKind("slot").map(({ key }) => `"${nameOf(key)}" is not given back`));
  }
  problems.push(...strayProblems(stored, options), ...strayRows(stored));
  return { tasks: stored.tasks.size, entries: stored.entries.length, problems };
}

/** As {@link checkDatabase}, and fails where anything is wrong. */
export async function assertSound(
  kv: Pick<Kv, "list">,
  options: CheckOptions,
): Promise<DatabaseCheck> {
  const check = await checkDatabase(kv, options);
  assert.deepEqual(check.problems, []);
  return check;
}

function historyProblems(stored: Stored, record: TaskRecord): string[] {
  const row = rowOf(record);
  return historyKeys(record.id, record.app.id, record.state.status).flatMap((key) => {
    const value = stored.value(...key);
    if (value === undefined) return [`it has no history row "${nameOf(key)}"`];
    return isSame(value, row) ? [] : [`its history row "${nameOf(key)}" shows another state`];
  });
}

/** Rows at places where their task does not stand. */
function strayRows(stored: Stored): string[] {
  const expected = new Set(
    [...stored.tasks.values()].flatMap(({ id, app, state }) =>
      historyKeys(id, app.id, state.status).map(nameOf)
    ),
  );
  const kinds = ["tasks", "tasks_in", "tasks_of", "tasks_of_in"];
  return stored.entries
    .filter(({ key }) => kinds.includes(String(key[0])) && !expected.has(nameOf(key)))
    .map(({ key }) => `there is a history row "${nameOf(key)}", where its task does not stand`);
}

/** Keys that name a task which is not there, and which nobody is about to clean up. */
function strayProblems(stored: Stored, { isAtRest }: CheckOptions): string[] {
  return stored.entries.flatMap(({ key }) => {
    const strays = key.filter((part): part is string =>
      typeof part === "string" && isTaskId(part) && !stored.tasks.has(part)
    );
    const isBeingMade = (id: string) => stored.under("parts_before", id).length > 0;
    const isBeingDeleted = (id: string) => stored.under("deletion", id).length > 0;
    // Deleted while its last attempts were being stopped: their worker, or its lease, ends it.
    const isLease = key[0] === "due";
    const left = strays.filter((id) =>
      isAtRest || !(isLease || isBeingMade(id) || isBeingDeleted(id))
    );
    return left.length === 0 ? [] : [`"${nameOf(key)}" is left of a task that is not there`];
  });
}

function isSame(left: unknown, right: unknown): boolean {
  try {
    assert.deepEqual(left, right);
    return true;
  } catch {
    return false;
  }
}
