import { Hono } from "hono";
import { z } from "zod";
import { HistoryPage } from "../../views/history/history_page.tsx";
import { TaskList, type TaskListProps } from "../../views/history/task_list.tsx";
import { holdOf } from "../access/hold.ts";
import type { Deps } from "../deps.ts";
import {
  DEFAULT_LIMIT,
  LIST_FILTERS,
  ListQuery,
  MAX_LIMIT,
  parseQuery,
  TaskId,
} from "../request/list_query.ts";
import { paths, type TaskListQuery } from "../paths.ts";
import { pageContext, wantsFragment } from "../request/requests.ts";
import { followTaskList } from "../streams/task_list_stream.ts";

/** Older than any task. */
const BEFORE_ALL = `tsk_${"0".repeat(26)}`;

/** Says that a page has no running rows; a stream that is told nothing follows all that run. */
const NO_ROWS = "none";

const EventsQuery = z.object({
  ...LIST_FILTERS,
  since: TaskId.optional(),
  rows: z.string().transform((ids) => ids === NO_ROWS ? [] : ids.split(","))
    .pipe(z.array(TaskId).max(MAX_LIMIT, `name at most ${MAX_LIMIT} tasks`)).optional(),
});

/** The Task History and its stream. */
export function taskListRoutes(deps: Deps): Hono {
  return new Hono()
    .get("/tasks", async (c) => {
      const context = pageContext(c, deps);
      const list = { context, ...await readList(deps, parseQuery(c, ListQuery)) };
      c.header("Vary", "HX-Request");
      c.header("Cache-Control", "no-store");
      return wantsFragment(c)
        ? c.html(<TaskList {...list} />)
        : c.html(<HistoryPage context={context} list={list} />);
    })
    .get("/tasks/events", async (c) => {
      const { rows, since, ...query } = parseQuery(c, EventsQuery);
      const view = {
        query,
        rows: rows ?? await runningRows(deps, query),
        since: since ?? await newestId(deps),
      };
      return followTaskList(deps, view, holdOf(c, deps.executor));
    });
}

async function readList(
  deps: Deps,
  query: TaskListQuery,
): Promise<Omit<TaskListProps, "context">> {
  const { tasks, apps } = deps.executor;
  // Before the page is read: what arrives meanwhile counts as new.
  const newest = isTop(query) ? null : await newestId(deps);
  const [page, names] = await Promise.all([
    tasks.list({ ...query, limit: query.limit ?? DEFAULT_LIMIT }),
    apps.names(),
  ]);
  const since = newest ?? page.rows[0]?.id ?? BEFORE_ALL;
  const rows = page.rows.filter(({ status }) => status === "running").map(({ id }) => id).join();
  const { status, app, limit } = query;
  const eventsUrl = paths.taskListEvents({
    status,
    app,
    limit,
    since,
    rows: rows === "" ? NO_ROWS : rows,
  });
  return { page, query, apps: names, eventsUrl };
}

/** Whether the page begins with the newest task of all. */
function isTop({ status, app, before, after }: TaskListQuery): boolean {
  return [status, app, before, after].every((field) => field === undefined);
}

async function newestId({ executor }: Deps): Promise<string> {
  const { rows } = await executor.tasks.list({ limit: 1 });
  return rows[0]?.id ?? BEFORE_ALL;
}

async function runningRows({ executor }: Deps, query: TaskListQuery): Promise<string[]> {
  const limit = query.limit ?? DEFAULT_LIMIT;
  const { rows } = await executor.tasks.list({ app: query.app, status: "running", limit });
  return rows.map(({ id }) => id);
}
