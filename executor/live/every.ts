import type { Clock } from "../clock.ts";

/** Calls `action` every `ms` milliseconds, until the answer is called. */
export function every(clock: Clock, ms: number, action: () => void): () => void {
  let cancel = clock.after(ms, tick);
  function tick(): void {
    action();
    cancel = clock.after(ms, tick);
  }
  return () => cancel();
}
