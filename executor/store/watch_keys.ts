import type { Clock } from "../clock.ts";
import type { KvRead, KvWatch } from "./kv.ts";

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;

/** What watching takes from outside. */
export interface WatchSource {
  readonly watch: KvWatch;
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly onUnexpected: (error: unknown, where: string) => void;
}

/**
 * Follows keys until the answer is called: `onEntries` gets them as they are, at first and after
 * changes, which may be told as one. A watch that breaks is opened again, after growing pauses.
 */
export function watchKeys(
  { watch, clock, random, onUnexpected }: WatchSource,
  keys: readonly Deno.KvKey[],
  onEntries: (entries: readonly KvRead[]) => void,
): () => void {
  let reader: ReadableStreamDefaultReader<readonly KvRead[]> | null = null;
  let cancelTimer = () => {};
  let isStopped = false;
  let failures = 0;

  async function read(): Promise<void> {
    reader = watch(keys).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || isStopped) return;
      failures = 0;
      onEntries(value);
    }
  }

  async function follow(): Promise<void> {
    try {
      await read();
    } catch (error) {
      if (!isStopped && failures === 0) onUnexpected(error, "watch");
    }
    if (isStopped) return;
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures++);
    cancelTimer = clock.after(pause * (0.5 + random() / 2), follow);
  }

  follow();
  return () => {
    isStopped = true;
    cancelTimer();
    reader?.cancel().catch(() => {
      // It has broken already.
    });
  };
}
