import type { Clock } from "./clock.ts";
import type { OnUnexpected } from "./events.ts";
import type { LimitStore } from "./store/limits.ts";

/** How much may be taken in each window of time. */
export interface Rate {
  /** 1 or more. */
  readonly limit: number;
  /** Windows begin at multiples of this since 1970, in milliseconds. */
  readonly windowMs: number;
  /**
   * How much a process takes at once from the database, to give out by itself; 1 unless given. With
   * more, several processes together never give out more than `limit`, but may refuse while another
   * one still has up to so much in hand.
   */
  readonly atOnce?: number;
}

/** Whether there was something left; else in how many milliseconds there will be. */
export type Taken =
  | { readonly ok: true }
  | { readonly ok: false; readonly retryAfterMs: number };

/** Says how often something may happen, over all processes: fixed windows, counted in the database. */
export interface Limits {
  /**
   * Takes one of what `name` may take in this window. Never more than the limit is given out, also
   * to those who ask at the same moment. While the database does not answer, each process counts by
   * itself: nobody is locked out, and nobody gets more of a process than the limit.
   *
   * @param name What is counted, and for whom; up to 500 characters.
   */
  take(name: string, rate: Rate): Promise<Taken>;
  /** Whether this process knows that nothing is left of what `name` may take; takes and asks nothing. */
  look(name: string, rate: Rate): Taken;
}

/** Names remembered at once; of those forgotten the database knows. */
const MAX_NAMES = 10_000;

/** What this process knows of the window of a name that is current. */
interface Window {
  readonly endsAt: number;
  /** Taken from the database and not given out. */
  inHand: number;
  /** Given out by this process, or in hand. */
  taken: number;
  isUsedUp: boolean;
  waiting: number;
  filling: Promise<void> | null;
}

export interface LimitsOptions {
  readonly store: LimitStore;
  readonly clock: Clock;
  readonly onUnexpected: OnUnexpected;
}

export function createLimits({ store, clock, onUnexpected }: LimitsOptions): Limits {
  const windows = new Map<string, Window>();

  function windowOf(name: string, windowMs: number): Window {
    const now = clock.now();
    const endsAt = now - now % windowMs + windowMs;
    const known = windows.get(name);
    if (known?.endsAt === endsAt) return known;
    if (windows.size >= MAX_NAMES) forget(windows, now);
    const window = { endsAt, inHand: 0, taken: 0, isUsedUp: false, waiting: 0, filling: null };
    windows.set(name, window);
    return window;
  }

  /** Gets as much as those who wait want, or as is taken at once. */
  async function fill(name: string, window: Window, rate: Rate): Promise<void> {
    const { limit, windowMs, atOnce = 1 } = rate;
    const wanted = Math.max(window.waiting, atOnce);
    // What was given out while the database failed is known here alone.
    const possible = Math.min(wanted, limit - window.taken);
    const startsAt = window.endsAt - windowMs;
    const granted = await store.take({ name, startsAt, limit, keptMs: 2 * windowMs }, possible)
      .catch((error) => {
        onUnexpected(error, "limits");
        return possible;
      });
    window.inHand += granted;
    window.taken += granted;
    window.isUsedUp = granted < wanted;
  }

  function refusal({ endsAt }: Window): Taken {
    return { ok: false, retryAfterMs: Math.max(1, endsAt - clock.now()) };
  }

  return {
    look(name, { windowMs }) {
      const window = windowOf(name, windowMs);
      return window.isUsedUp && window.inHand === 0 ? refusal(window) : { ok: true };
    },

    async take(name, rate) {
      const window = windowOf(name, rate.windowMs);
      window.waiting++;
      while (window.inHand === 0 && !window.isUsedUp) {
        window.filling ??= fill(name, window, rate).finally(() => window.filling = null);
        await window.filling;
      }
      window.waiting--;
      if (window.inHand === 0) return refusal(window);
      window.inHand--;
      return { ok: true };
    },
  };
}

/** Makes room: windows that are over go, and of the others the oldest tenth where that is not enough. */
function forget(windows: Map<string, Window>, now: number): void {
  for (const [name, { endsAt }] of windows) if (endsAt <= now) windows.delete(name);
  for (const name of windows.keys()) {
    if (windows.size <= MAX_NAMES * 0.9) return;
    windows.delete(name);
  }
}
