/** Time as the executor sees it, so that a test can drive it. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls `action` once after `ms` milliseconds; the answer calls it off. */
  after(ms: number, action: () => void): () => void;
}

/** Longest delay a timer takes; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, action) {
    const timer = setTimeout(action, Math.min(Math.max(0, ms), MAX_TIMER_MS));
    return () => clearTimeout(timer);
  },
};
