import type { LinkUse } from "./store/visits.ts";

/** Tasks of one link that run at once: what they will use is not known, and so not counted, yet. */
export const MAX_VISITS_AT_ONCE = 10;

type OpenTask = LinkUse["open"][number];

/** What a task has used so far. */
export interface TaskUse {
  readonly tokens: number;
  readonly hasEnded: boolean;
}

/** What a link's tasks have used on a day, those that run included. */
export interface DayUse {
  readonly spent: number;
  /** To be kept in place of what was read: without those that have ended. */
  readonly next: LinkUse;
}

/**
 * Sums up a link's use for `day`. Tokens count for the day on which their task was started; how many
 * run at once has nothing to do with days.
 *
 * @param uses What each of its open tasks has used, in their order.
 */
export function sumUse(
  before: LinkUse | null,
  day: string,
  uses: readonly TaskUse[],
): DayUse {
  const open: OpenTask[] = [];
  let settled = before?.day === day ? before.tokens : 0;
  let running = 0;
  for (const [i, task] of before?.open.entries() ?? []) {
    const { tokens = 0, hasEnded = true } = uses[i] ?? {};
    const counted = task.day === day ? tokens : 0;
    if (hasEnded) settled += counted;
    else {
      running += counted;
      open.push(task);
    }
  }
  return { spent: settled + running, next: { day, tokens: settled, open } };
}

/** Why a link starts no task now. */
export type NoRoom =
  /** Its tasks have used the tokens of this day; the next begins in so many milliseconds. */
  | { readonly type: "budget-spent"; readonly limit: number; readonly retryAfterMs: number }
  /** As many of its tasks run as may at once. */
  | { readonly type: "too-many-running"; readonly limit: number; readonly retryAfterMs: number };

/** When to try again where so many run. */
const RUNNING_PAUSE_MS = 10_000;
const DAY_MS = 24 * 60 * 60 * 1_000;

/** Null where a link of so many tokens a day may start another task at `now` (epoch milliseconds). */
export function refusalOf(
  { spent, next }: DayUse,
  { tokensPerDay: limit, now }: { readonly tokensPerDay: number; readonly now: number },
): NoRoom | null {
  if (spent >= limit) return { type: "budget-spent", limit, retryAfterMs: DAY_MS - now % DAY_MS };
  if (next.open.length < MAX_VISITS_AT_ONCE) return null;
  return {
    type: "too-many-running",
    limit: MAX_VISITS_AT_ONCE,
    retryAfterMs: RUNNING_PAUSE_MS,
  };
}

/** The day of a time in UTC, such as `2026-11-22`. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
