import type { TaskRow } from "../../executor/task.ts";

/** The title of a task's page; it tells the status where only the browser's tab is seen. */
export function taskTitle({ app, status }: Pick<TaskRow, "app" | "status">): string {
  return `${app.name}, ${status}`;
}
