import { changesOf, snapshotOf } from "./live_page.tsx";
import { TASK_PAGE } from "./regions.tsx";
import type { TaskView } from "./task_view.ts";

/** Brings the whole live part of a task's page to this state, from any other, in one message. */
export function taskSnapshot(view: TaskView, now: number): string {
  return snapshotOf(TASK_PAGE, view, now);
}

/** What brings a task's page from one state to the next; null when nothing that shows has changed. */
export function taskChanges(previous: TaskView, next: TaskView, now: number): string | null {
  return changesOf(TASK_PAGE, previous, next, now);
}
