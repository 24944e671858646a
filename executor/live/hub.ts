import type { TextRef } from "../store/texts.ts";
import type { TaskRow } from "../task.ts";

/**
 * Tells the readers in this process what happens to tasks, and holds the text that running steps
 * have streamed so far. It carries no history: a reader who comes late reads the store.
 */
export interface Hub {
  /** Calls `onChange` after each change of the task's record or text; the answer ends it. */
  watchTask(taskId: string, onChange: () => void): () => void;
  /**
   * Calls `onChange` with the row of any task accepted, started, ended or deleted here, and
   * `onOthers` when rows may have changed in other processes.
   */
  watchRows(onChange: (row: TaskRow) => void, onOthers?: () => void): () => void;
  taskChanged(taskId: string): void;
  rowChanged(row: TaskRow): void;
  /** The text of a run of a step in this process; null when it does not. */
  textOf(ref: TextRef): string | null;
  textChanged(ref: TextRef, text: string): void;
  textEnded(ref: TextRef): void;
  /** No step of the task runs in this process any more. */
  taskLeft(taskId: string): void;
}

export function createHub(): Hub {
  const watchers = new Map<string, Set<() => void>>();
  const rowWatchers = new Set<(row: TaskRow) => void>();
  const texts = new Map<string, Map<string, string>>();

  function taskChanged(taskId: string): void {
    for (const onChange of watchers.get(taskId) ?? []) onChange();
  }

  return {
    taskChanged,
    watchTask(taskId, onChange) {
      const set = watchers.get(taskId) ?? new Set();
      watchers.set(taskId, set.add(onChange));
      return () => {
        set.delete(onChange);
        if (set.size === 0 && watchers.get(taskId) === set) watchers.delete(taskId);
      };
    },
    watchRows(onChange) {
      rowWatchers.add(onChange);
      return () => void rowWatchers.delete(onChange);
    },
    rowChanged(row) {
      for (const onChange of rowWatchers) onChange(row);
    },
    textOf: (ref) => texts.get(ref.taskId)?.get(runKey(ref)) ?? null,
    textChanged(ref, text) {
      const ofTask = texts.get(ref.taskId) ?? new Map<string, string>();
      texts.set(ref.taskId, ofTask.set(runKey(ref), text));
      taskChanged(ref.taskId);
    },
    textEnded: (ref) => void texts.get(ref.taskId)?.delete(runKey(ref)),
    taskLeft: (taskId) => void texts.delete(taskId),
  };
}

function runKey({ stepId, startedAt }: TextRef): string {
  return `${stepId} ${startedAt}`;
}
