import type { Clock } from "../clock.ts";
import type { TextRef, TextStore } from "../store/texts.ts";
import type { Watches } from "../store/watches.ts";
import { every } from "./every.ts";
import type { Hub } from "./hub.ts";

/** A watch may be broken and not know it: whoever follows a task looks this often at least. */
const LOOK_MS = 10_000;
/** How often readers of the history look again, while other processes change its rows. */
const ROWS_MS = 500;

/** A hub whose readers hear of what other processes do as well, while they look. */
export interface SharedHub extends Hub {
  /** The streamed text of a run of a step, wherever it runs. */
  readText(ref: TextRef): Promise<string>;
  close(): void;
}

/** A task that somebody here reads. */
interface Followed {
  readers: number;
  /** What has been read of runs elsewhere, by step and start: only what is new is read again. */
  readonly texts: Map<string, string>;
  readonly stop: () => void;
}

export function createSharedHub(
  hub: Hub,
  { watches, clock, texts }: {
    readonly watches: Watches;
    readonly clock: Clock;
    readonly texts: TextStore;
  },
): SharedHub {
  const followed = new Map<string, Followed>();
  const rowReaders = new Set<() => void>();
  let stopRows = () => {};

  function follow(taskId: string): Followed {
    const onChange = () => hub.taskChanged(taskId);
    const unwatch = watches.task(taskId, onChange);
    const cancel = every(clock, LOOK_MS, onChange);
    const entry = {
      readers: 0,
      texts: new Map<string, string>(),
      stop() {
        unwatch();
        cancel();
      },
    };
    followed.set(taskId, entry);
    return entry;
  }

  function leave(taskId: string, entry: Followed): void {
    if (--entry.readers > 0) return;
    entry.stop();
    if (followed.get(taskId) === entry) followed.delete(taskId);
  }

  return {
    ...hub,
    watchTask(taskId, onChange) {
      const unwatch = hub.watchTask(taskId, onChange);
      const entry = followed.get(taskId) ?? follow(taskId);
      entry.readers++;
      return once(() => {
        unwatch();
        leave(taskId, entry);
      });
    },
    watchRows(onChange, onOthers = () => {}) {
      const unwatch = hub.watchRows(onChange);
      if (rowReaders.size === 0) {
        const tell = () => rowReaders.forEach((reader) => reader());
        stopRows = watches.bells(["rows"], throttled(clock, ROWS_MS, tell));
      }
      const reader = () => onOthers();
      rowReaders.add(reader);
      return once(() => {
        unwatch();
        rowReaders.delete(reader);
        if (rowReaders.size === 0) stopRows();
      });
    },
    async readText(ref) {
      const own = hub.textOf(ref);
      if (own !== null) return own;
      const known = followed.get(ref.taskId)?.texts;
      const run = `${ref.stepId} ${ref.startedAt}`;
      const text = await texts.read(ref, known?.get(run));
      known?.set(run, text);
      return text;
    },
    close() {
      for (const { stop } of followed.values()) stop();
      stopRows();
    },
  };
}

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) action();
    isDone = true;
  };
}

/** Calls `action` at once, and then at most every `ms` milliseconds. */
function throttled(clock: Clock, ms: number, action: () => void): () => void {
  let isPausing = false;
  let isAsked = false;
  return function ask(): void {
    isAsked = true;
    if (isPausing) return;
    isPausing = true;
    isAsked = false;
    action();
    clock.after(ms, () => {
      isPausing = false;
      if (isAsked) ask();
    });
  };
}
