import { keys, type Ring } from "./keys.ts";
import { watchKeys, type WatchSource } from "./watch_keys.ts";

export type { WatchSource } from "./watch_keys.ts";

/** Hears of what other processes do on the same database. Each answer ends its watch. */
export interface Watches {
  /** Calls `onRing` for each of these bells once at first, as it may have rung before, and when it rings. */
  bells(rings: readonly Ring[], onRing: (ring: Ring) => void): () => void;
  /** Calls `onChange` at first, and when the task's record or its streamed text has changed. */
  task(taskId: string, onChange: () => void): () => void;
}

export function createWatches(source: WatchSource): Watches {
  return {
    bells(rings, onRing) {
      const heard: (string | null | undefined)[] = [];
      return watchKeys(source, rings.map(keys.bell), (entries) => {
        for (const [i, ring] of rings.entries()) {
          const versionstamp = entries[i]?.versionstamp ?? null;
          if (heard[i] === versionstamp) continue;
          heard[i] = versionstamp;
          onRing(ring);
        }
      });
    },
    task: (taskId, onChange) => watchKeys(source, [keys.task(taskId), keys.tail(taskId)], onChange),
  };
}
