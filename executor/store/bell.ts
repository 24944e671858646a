import type { Clock } from "../clock.ts";
import type { Ring } from "./keys.ts";

/**
 * How often a process rings at most, in milliseconds: `work` when a task may be taken, `ends` when
 * one was ended by somebody who does not run it, `rows` when the history's rows have changed,
 * `grants` when a right was taken away.
 */
const INTERVALS_MS: Readonly<Record<Ring, number>> = { work: 20, ends: 20, rows: 100, grants: 20 };

/** Lets rings through to the other processes, each kind at most every so often. */
export interface Bell {
  /** Those of `rings` that may go out now. The others are rung by themselves when they may. */
  admit(rings: Iterable<Ring>): Ring[];
}

/** @param ringLate Rings what had to wait; nobody waits for it. */
export function createBell(clock: Clock, ringLate: (ring: Ring) => void): Bell {
  const rungAt = new Map<Ring, number>();
  const late = new Set<Ring>();

  function mayRing(ring: Ring): boolean {
    const interval = INTERVALS_MS[ring];
    const now = clock.now();
    const passed = now - (rungAt.get(ring) ?? -Infinity);
    // A clock that was set back must not silence it.
    if (passed >= interval || passed < 0) {
      rungAt.set(ring, now);
      return true;
    }
    if (!late.has(ring)) {
      late.add(ring);
      clock.after(interval - passed, () => {
        late.delete(ring);
        ringLate(ring);
      });
    }
    return false;
  }

  return { admit: (rings) => [...rings].filter(mayRing) };
}
