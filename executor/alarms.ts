/** One timer, and the clock it goes by: milliseconds that no change of the time of day moves. */
export interface Timer {
  now(): number;
  /** Calls `action` once after `ms` milliseconds; the answer calls it off. */
  set(ms: number, action: () => void): () => void;
}

/** Calls `action` once after `ms` milliseconds; the answer calls it off. */
export type Alarms = (ms: number, action: () => void) => () => void;

/** Longest delay a timer takes; a longer one would go off at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

interface Alarm {
  readonly at: number;
  readonly action: () => void;
}

/**
 * Any number of alarms on one timer, which is set for the earliest. Nearly all are called off long
 * before their time (a step's timeout, a heartbeat), and that then costs next to nothing.
 */
export function createAlarms(timer: Timer): Alarms {
  const alarms = new Set<Alarm>();
  let timerAt = Infinity;
  let cancel = () => {};

  function setTimer(at: number): void {
    cancel();
    timerAt = at;
    cancel = at === Infinity ? () => {} : timer.set(delayUntil(at), ring);
  }

  function delayUntil(at: number): number {
    return Math.min(Math.max(0, Math.ceil(at - timer.now())), MAX_TIMER_MS);
  }

  /** The timer may be early: what it was set for may have been called off since. */
  function ring(): void {
    const now = timer.now();
    const due: Alarm[] = [];
    let nextAt = Infinity;
    for (const alarm of alarms) {
      if (alarm.at <= now) due.push(alarm);
      else nextAt = Math.min(nextAt, alarm.at);
    }
    setTimer(nextAt);
    for (const alarm of due.sort((a, b) => a.at - b.at)) queueMicrotask(() => goOff(alarm));
  }

  /** Each by itself: one that throws stops no other, and one may call off the next. */
  function goOff(alarm: Alarm): void {
    if (alarms.delete(alarm)) alarm.action();
  }

  return (ms, action) => {
    const alarm = { at: timer.now() + Math.max(0, ms), action };
    alarms.add(alarm);
    if (alarm.at < timerAt) setTimer(alarm.at);
    return () => {
      if (alarms.delete(alarm) && alarms.size === 0) setTimer(Infinity);
    };
  };
}
