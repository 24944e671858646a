import type { Clock } from "../../executor/mod.ts";

interface Timer {
  readonly at: number;
  readonly action: () => void;
}

/** A clock that moves only when a test says so. */
export class FakeClock implements Clock {
  #now: number;
  readonly #timers = new Set<Timer>();

  constructor(now: number = Date.UTC(2026, 0, 2, 3, 4, 5)) {
    this.#now = now;
  }

  readonly now = (): number => this.#now;

  readonly after = (ms: number, action: () => void): () => void => {
    const timer = { at: this.#now + Math.max(0, ms), action };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  };

  /** When the timers that are set go off, in order. */
  get pending(): readonly number[] {
    return [...this.#timers].map(({ at }) => at).sort((a, b) => a - b);
  }

  /** Moves on, and lets each timer on the way go off at its own time. */
  advance(ms: number): void {
    const target = this.#now + ms;
    for (let timer = this.#next(target); timer !== null; timer = this.#next(target)) {
      this.#timers.delete(timer);
      this.#now = timer.at;
      timer.action();
    }
    this.#now = target;
  }

  /** Moves the time alone, as for a process that slept: what is overdue goes off with the next move. */
  jump(ms: number): void {
    this.#now += ms;
  }

  #next(target: number): Timer | null {
    const due = [...this.#timers].filter(({ at }) => at <= target);
    return due.toSorted((a, b) => a.at - b.at)[0] ?? null;
  }
}
