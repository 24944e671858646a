import { createAlarms } from "./alarms.ts";

/** Time as the executor sees it, so that a test can drive it. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls `action` once after `ms` milliseconds; the answer calls it off. */
  after(ms: number, action: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: createAlarms({
    now: () => performance.now(),
    set(ms, action) {
      const timer = setTimeout(action, ms);
      return () => clearTimeout(timer);
    },
  }),
};
