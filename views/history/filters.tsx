import type { TaskStatus } from "../../executor/task.ts";
import { paths, type TaskListQuery } from "../../routes/paths.ts";
import { Icon } from "../icon.tsx";
import { STATUS_WORDS } from "../status.tsx";
import { listLink } from "./list_link.ts";

const STATUSES = [
  "running",
  "completed",
  "failed",
  "cancelled",
] as const satisfies readonly TaskStatus[];

export interface FiltersProps {
  readonly query: TaskListQuery;
  /** The apps one can filter by. */
  readonly apps: readonly AppChoice[];
}

export interface AppChoice {
  readonly id: string;
  readonly name: string;
}

/** The filters of the Task History, as links; choosing one leads to the first page. */
export function Filters({ query, apps }: FiltersProps) {
  return (
    <nav class="filters" aria-label="Filter tasks">
      <ul class="filter-links" aria-label="By status">
        <StatusLink query={query} status={undefined} />
        {STATUSES.map((status) => <StatusLink query={query} status={status} />)}
      </ul>
      <AppMenu query={query} apps={apps} />
    </nav>
  );
}

function StatusLink(
  { query, status }: { query: TaskListQuery; status: TaskListQuery["status"] },
) {
  const id = `filter-${status ?? "all"}`;
  return (
    <li>
      <a
        id={id}
        {...listLink(paths.tasks({ ...firstPage(query), status }))}
        aria-current={query.status === status ? "true" : undefined}
      >
        {status === undefined ? "All" : STATUS_WORDS[status]}
      </a>
    </li>
  );
}

function AppMenu({ query, apps }: FiltersProps) {
  const choices = withChosen(apps, query.app);
  const chosen = choices.find(({ id }) => id === query.app);
  return (
    <details class="menu" data-menu>
      <summary id="app-menu">
        App <b>{chosen?.name ?? "All apps"}</b>
        <Icon name="chevron" />
      </summary>
      <ul class="menu-list" aria-label="By app">
        <AppLink query={query} app={null} />
        {choices.map((app) => <AppLink query={query} app={app} />)}
      </ul>
    </details>
  );
}

function AppLink({ query, app }: { query: TaskListQuery; app: AppChoice | null }) {
  return (
    <li>
      <a
        {...listLink(paths.tasks({ ...firstPage(query), app: app?.id }))}
        aria-current={query.app === app?.id ? "true" : undefined}
      >
        {app?.name ?? "All apps"}
      </a>
    </li>
  );
}

/** A deleted app keeps its tasks; filtering by it has to be seen, and undone. */
function withChosen(apps: readonly AppChoice[], id: string | undefined): readonly AppChoice[] {
  if (id === undefined || apps.some((app) => app.id === id)) return apps;
  return [...apps, { id, name: id }];
}

/** The filters and the page size, without the place in the list. */
export function firstPage({ status, app, limit }: TaskListQuery): TaskListQuery {
  return { status, app, limit };
}
