import type { RunContext } from "./context.ts";
import type { DueCount } from "../store/queue.ts";
import type { Listener } from "./listener.ts";

/** Tasks that are due are counted up to here, and no more often than this. */
export const MAX_COUNTED_DUE = 1_000;
const COUNT_EVERY_MS = 1_000;

/** How busy an executor is, and what waits for one. */
export interface ExecutorLoad {
  /** Tasks that run in this process, and how many more may. */
  readonly running: number;
  readonly free: number;
  /** Tasks of the whole database that nobody has taken, up to {@link MAX_COUNTED_DUE}. */
  readonly due: number;
  /** For how long the oldest of them could have been taken, in milliseconds. */
  readonly oldestDueMs: number;
  /** Tasks whose app runs as many as it allows, counted up to {@link MAX_COUNTED_DUE}. */
  readonly waitingForSlot: number;
}

interface Counts extends DueCount {
  readonly waitingForSlot: number;
}

/** Reads the load; whoever asks again within a second gets the same count of what is due. */
export function createLoad(
  { store, clock }: Pick<RunContext, "store" | "clock">,
  listener: Pick<Listener, "places"> | null,
): () => Promise<ExecutorLoad> {
  let countedAt = -Infinity;
  let counting: Promise<Counts> = Promise.resolve({ count: 0, oldestAt: null, waitingForSlot: 0 });

  async function count(now: number): Promise<Counts> {
    const [due, waitingForSlot] = await Promise.all([
      store.queue.countDue(now, MAX_COUNTED_DUE),
      store.slots.countWaiting(MAX_COUNTED_DUE),
    ]);
    return { ...due, waitingForSlot };
  }

  return async () => {
    const now = clock.now();
    if (now - countedAt >= COUNT_EVERY_MS || now < countedAt) {
      countedAt = now;
      counting = count(now);
    }
    const { count: due, oldestAt, waitingForSlot } = await counting;
    const { running, free } = listener?.places() ?? { running: 0, free: 0 };
    const oldestDueMs = oldestAt === null ? 0 : Math.max(0, now - oldestAt);
    return { running, free, due, oldestDueMs, waitingForSlot };
  };
}
