import type { Clock } from "../clock.ts";
import type { Definition } from "../definition/schema.ts";
import type { TaskLife } from "../states.ts";
import { nextWakeAt } from "./advance.ts";
import { HEARTBEAT_MS } from "./context.ts";
import { deadlineOf } from "./task_limits.ts";

/**
 * What a runner's clock reminds it of: to keep its lease, that the time of a step has come, that the
 * time of the task is over.
 */
export type Timer = "heartbeat" | "wake" | "deadline";

/** The timers of one task that is being run. */
export class TaskTimers {
  readonly #clock: Clock;
  readonly #onRing: (timer: Timer) => void;
  /** What calls them off. */
  readonly #set = new Map<Timer, () => void>();

  constructor(clock: Clock, onRing: (timer: Timer) => void) {
    this.#clock = clock;
    this.#onRing = onRing;
  }

  setHeartbeat(): void {
    this.#setAfter("heartbeat", HEARTBEAT_MS);
  }

  /** For the next time at which something becomes of this life by itself. */
  follow(life: TaskLife, limits: Pick<Definition, "timeout" | "budget">): void {
    const now = this.#clock.now();
    const wakeAt = nextWakeAt(life, now);
    if (wakeAt !== null) this.#setAfter("wake", wakeAt - now);
    // A deadline after the next heartbeat is looked for again then.
    const left = (deadlineOf(life, limits) ?? Infinity) - now;
    if (left <= HEARTBEAT_MS) this.#setAfter("deadline", left);
  }

  callOff(): void {
    for (const cancel of this.#set.values()) cancel();
  }

  #setAfter(timer: Timer, ms: number): void {
    this.#set.get(timer)?.();
    this.#set.set(timer, this.#clock.after(ms, () => this.#onRing(timer)));
  }
}
