import type { Clock } from "../clock.ts";
import type { OnUnexpected } from "../events.ts";

/** A count is good for so long, and for longer where counting takes its time. */
const REFRESH_MS = 1_000;
/** At most one part in so many of the time is spent on counting. */
const COUNTING_SHARE = 20;

/** How many tasks are queued, as far as accepting more has to know. */
export interface Backlog {
  /** Most tasks queued at once. */
  readonly limit: number;
  /** Whether as many tasks are queued as may be. */
  isFull(): Promise<boolean>;
  /** Says that one more was queued here. */
  added(): void;
  /** Says that one was taken from the queue here. */
  taken(): void;
}

/** What counting takes. */
export interface BacklogSource {
  readonly clock: Clock;
  /** How many tasks are queued at a time, counted up to `limit`. */
  readonly count: (now: number, limit: number) => Promise<number>;
  readonly onUnexpected: OnUnexpected;
}

/**
 * Counts what is queued at most once a second, and keeps track of what this process adds and takes
 * meanwhile. What others do shows with the next count: so the limit is kept in good approximation,
 * at hardly any cost.
 */
export function createBacklog(
  { clock, count: countQueued, onUnexpected }: BacklogSource,
  limit: number,
): Backlog {
  let queued = 0;
  /** What has changed here since the last count began. */
  let change = 0;
  let isKnown = false;
  let countedAt = -Infinity;
  let goodUntil = -Infinity;
  let counting: Promise<void> | null = null;

  async function count(): Promise<void> {
    const began = clock.now();
    change = 0;
    try {
      queued = await countQueued(began, limit) + change;
      isKnown = true;
    } catch (error) {
      onUnexpected(error, "counting the queue");
    }
    const tookMs = clock.now() - began;
    countedAt = clock.now();
    goodUntil = countedAt + Math.max(REFRESH_MS, tookMs * COUNTING_SHARE);
    counting = null;
  }

  return {
    limit,
    async isFull() {
      const now = clock.now();
      // A clock that was set back must not keep an old count.
      if (now >= goodUntil || now < countedAt) counting ??= count();
      if (counting !== null && (!isKnown || queued >= limit)) await counting;
      return queued >= limit;
    },
    added() {
      queued++;
      change++;
    },
    taken() {
      queued--;
      change--;
    },
  };
}
