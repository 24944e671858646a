import type { TaskPage } from "../../executor/task.ts";
import { paths, type TaskListQuery } from "../../routes/paths.ts";
import { domIds } from "../dom_ids.ts";
import { LiveStream } from "../live_stream.tsx";
import type { PageContext, Reader } from "../page_context.ts";
import { type AppChoice, Filters } from "./filters.tsx";
import { Pager } from "./pager.tsx";
import { TaskTableRow } from "./task_table_row.tsx";

export interface TaskListProps {
  readonly context: PageContext;
  readonly page: TaskPage;
  readonly query: TaskListQuery;
  /** The apps one can filter by. */
  readonly apps: readonly AppChoice[];
  /** Where the changes of this very page come from. */
  readonly eventsUrl: string;
}

/** All of the Task History that changes with its filters and pages. */
export function TaskList({ context, page, query, apps, eventsUrl }: TaskListProps) {
  return (
    <div id={domIds.taskList}>
      <header class="page-head">
        <h1>Task History</h1>
        <div role="status" id={domIds.newTasks}></div>
      </header>
      {(page.rows.length > 0 || isNarrowed(query)) && <Filters query={query} apps={apps} />}
      <TaskTable context={context} page={page} />
      {page.rows.length === 0
        ? <NoTasks query={query} may={context.reader.may} />
        : <Pager page={page} query={query} context={context} />}
      <LiveStream eventsUrl={eventsUrl} />
    </div>
  );
}

function TaskTable({ context, page }: Pick<TaskListProps, "context" | "page">) {
  return (
    <table class="table table--tasks">
      <caption class="sr">Tasks, newest first</caption>
      <thead>
        <tr>
          <th scope="col" class="cell-id">Task ID</th>
          <th scope="col" class="cell-status">Status</th>
          <th scope="col" class="cell-origin fill">Origin</th>
          <th scope="col" class="cell-time">Timestamp</th>
          <th scope="col" class="cell-dur num">Duration</th>
        </tr>
      </thead>
      <tbody>
        {page.rows.map((row) => <TaskTableRow row={row} context={context} />)}
      </tbody>
    </table>
  );
}

function NoTasks({ query, may }: Pick<TaskListProps, "query"> & Pick<Reader, "may">) {
  if (isNarrowed(query)) {
    return (
      <div class="empty">
        <p>{noneOf(query)}</p>
        <p>The filters above leave out the others.</p>
        <a class="button" href={paths.tasks({ limit: query.limit })}>Show all tasks</a>
      </div>
    );
  }
  return (
    <div class="empty">
      <p>No tasks yet.</p>
      <p>
        A task is one run of an app. {may.run
          ? "Run one, and it stays here with its steps and its outputs."
          : "Each stays here with its steps and its outputs."}
      </p>
      {may.run && <a class="button button--primary" href={paths.playground()}>Choose an app</a>}
    </div>
  );
}

function noneOf({ status, app, before, after }: TaskListQuery): string {
  const place = before === undefined && after === undefined ? "" : " in this part of the history";
  return `No ${status ?? ""} tasks${app === undefined ? "" : " of this app"}${place}.`
    .replace("  ", " ");
}

function isNarrowed({ status, app, before, after }: TaskListQuery): boolean {
  return [status, app, before, after].some((filter) => filter !== undefined);
}
