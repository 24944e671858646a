import type { Context } from "hono";
import type { Deps } from "../deps.ts";

/** Longest time an answer is held back. */
export const MAX_WAIT_SECONDS = 60;

/** `wait` among preferences such as `respond-async, wait=10` (RFC 7240). */
const WAIT = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?=[,;]|$)/i;

/** Holds the answer back until a task has ended, as long as the request's `Prefer: wait=N` asks. */
export async function waitAsPreferred(c: Context, deps: Deps, taskId: string): Promise<void> {
  const asked = WAIT.exec(c.req.header("Prefer") ?? "")?.[1];
  if (asked === undefined) return;
  const seconds = Math.min(Number(asked), MAX_WAIT_SECONDS);
  c.header("Preference-Applied", `wait=${seconds}`);
  const signals = [c.req.raw.signal, deps.streams.closing];
  if (seconds > 0) await ended(deps, taskId, { seconds, signals });
}

interface Patience {
  readonly seconds: number;
  /** One is aborted when nobody waits for the answer any more, or the process stops. */
  readonly signals: readonly AbortSignal[];
}

/** Resolves when the task has ended or is gone, or the time is over. */
async function ended(
  { executor: { tasks }, after }: Deps,
  taskId: string,
  { seconds, signals }: Patience,
): Promise<void> {
  let isOver = signals.some(({ aborted }) => aborted);
  let changed = Promise.withResolvers<void>();
  const wake = () => changed.resolve();
  const stop = () => {
    isOver = true;
    wake();
  };
  const unwatch = tasks.watch(taskId, wake);
  const cancelTimer = after(seconds * 1_000, stop);
  for (const signal of signals) signal.addEventListener("abort", stop);
  try {
    while (!isOver && (await tasks.readRow(taskId))?.status === "running") {
      await changed.promise;
      changed = Promise.withResolvers();
    }
  } finally {
    unwatch();
    cancelTimer();
    for (const signal of signals) signal.removeEventListener("abort", stop);
  }
}
