import type { Context } from "hono";
import { holdOf } from "../access/hold.ts";
import type { Deps } from "../deps.ts";
import { DeniedError } from "../errors.tsx";
import type { Hold } from "../streams/event_stream.ts";

/** Longest time an answer is held back. */
export const MAX_WAIT_SECONDS = 60;

/** `wait` among preferences such as `respond-async, wait=10` (RFC 7240). */
const WAIT = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?=[,;]|$)/i;

/**
 * Holds the answer back until a task has ended, as long as the request's `Prefer: wait=N` asks.
 *
 * @throws {DeniedError} at once where what its sender came in by is taken away meanwhile.
 */
export async function waitAsPreferred(c: Context, deps: Deps, taskId: string): Promise<void> {
  const asked = WAIT.exec(c.req.header("Prefer") ?? "")?.[1];
  if (asked === undefined) return;
  const seconds = Math.min(Number(asked), MAX_WAIT_SECONDS);
  c.header("Preference-Applied", `wait=${seconds}`);
  const signals = [c.req.raw.signal, deps.streams.closing];
  if (seconds === 0) return;
  const hold = holdOf(c, deps.executor);
  const mayBeTold = await ended(deps, taskId, { seconds, signals, hold });
  if (!mayBeTold) throw new DeniedError({ type: "nobody" });
}

interface Patience {
  readonly seconds: number;
  /** One is aborted when nobody waits for the answer any more, or the process stops. */
  readonly signals: readonly AbortSignal[];
  /** The right to the answer, where it can be taken away. */
  readonly hold: Hold | undefined;
}

/** Resolves when the task has ended or is gone, or the time is over; with false when the right is gone. */
async function ended(
  { executor: { tasks }, after }: Deps,
  taskId: string,
  { seconds, signals, hold }: Patience,
): Promise<boolean> {
  let isOver = signals.some(({ aborted }) => aborted);
  let mayBeTold = true;
  let changed = Promise.withResolvers<void>();
  const wake = () => changed.resolve();
  const stop = () => {
    isOver = true;
    wake();
  };
  const unwatch = tasks.watch(taskId, wake);
  const release = hold?.(() => {
    mayBeTold = false;
    stop();
  });
  const cancelTimer = after(seconds * 1_000, stop);
  for (const signal of signals) signal.addEventListener("abort", stop);
  try {
    while (!isOver && (await tasks.readRow(taskId))?.status === "running") {
      await changed.promise;
      changed = Promise.withResolvers();
    }
  } finally {
    unwatch();
    release?.();
    cancelTimer();
    for (const signal of signals) signal.removeEventListener("abort", stop);
  }
  return mayBeTold;
}
