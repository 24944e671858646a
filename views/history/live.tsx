import type { TaskRow } from "../../executor/task.ts";
import { domIds } from "../dom_ids.ts";
import { renderNow } from "../render.ts";
import type { TimeContext } from "../page_context.ts";
import { NewTasks } from "./new_tasks.tsx";
import { TaskTableRow } from "./task_table_row.tsx";

/** The HTML of a message that brings these rows up to date; a row that is not on the page is none. */
export function rowChanges(rows: readonly TaskRow[], context: TimeContext): string {
  return rows.map((row) =>
    renderNow(
      <hx-partial hx-target={`#${domIds.taskRow(row.id)}`} hx-swap="outerMorph">
        <TaskTableRow row={row} context={context} />
      </hx-partial>,
    )
  ).join("");
}

/** The HTML of a message that says of these tasks that they are gone; no other row is moved. */
export function goneRows(taskIds: readonly string[]): string {
  return taskIds.map((taskId) =>
    renderNow(
      <hx-partial hx-target={`#${domIds.taskRow(taskId)}`} hx-swap="innerHTML">
        <td class="muted" colspan={5}>Deleted</td>
      </hx-partial>,
    )
  ).join("");
}

/**
 * The HTML of a message that says how many tasks are newer than the page. `isMore`: there are more
 * than `count`. `href`: the first page with the page's filters.
 */
export function newTasks(count: number, isMore: boolean, href: string): string {
  return renderNow(
    <hx-partial hx-target={`#${domIds.newTasks}`} hx-swap="innerHTML">
      <NewTasks count={count} isMore={isMore} href={href} />
    </hx-partial>,
  );
}
