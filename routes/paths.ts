import type { TaskStatus } from "../executor/task.ts";

/** What the Task History shows; absent means no filter, the first page, the default size. */
export interface TaskListQuery {
  readonly status?: TaskStatus;
  readonly app?: string;
  readonly limit?: number;
  /** Task ids: the rows older than `before`, or newer than `after`. */
  readonly before?: string;
  readonly after?: string;
}

/** Every URL of Callboard, as functions. Views, redirects and tests call these. */
export const paths = {
  home: () => "/",
  playground: (appId?: string, search?: string) =>
    withQuery("/playground", { app: appId, q: search || undefined }),
  tasks: (query: TaskListQuery = {}) => withQuery("/tasks", { ...query }),
  taskListEvents: (
    query: TaskListQuery & { readonly since?: string; readonly rows?: string } = {},
  ) => withQuery("/tasks/events", { ...query }),
  task: (taskId: string) => `/tasks/${segment(taskId)}`,
  taskEvents: (taskId: string, after?: string) =>
    withQuery(`/tasks/${segment(taskId)}/events`, { after }),
  taskCancellation: (taskId: string) => `/tasks/${segment(taskId)}/cancellation`,
  taskForks: (taskId: string) => `/tasks/${segment(taskId)}/forks`,
  taskDeletion: (taskId: string) => `/tasks/${segment(taskId)}/deletion`,
  taskOutput: (taskId: string, name: string) =>
    `/tasks/${segment(taskId)}/outputs/${segment(name)}`,
  taskOutputDownload: (taskId: string, name: string) =>
    `/tasks/${segment(taskId)}/outputs/${segment(name)}?download`,
  apps: () => "/apps",
  appTasks: (appId: string) => `/apps/${segment(appId)}/tasks`,
  studio: () => "/studio",
  studioApp: (appId: string) => `/studio/${segment(appId)}`,
  studioAppDeletion: (appId: string) => `/studio/${segment(appId)}/deletion`,
  health: () => "/healthz",
  metrics: () => "/metrics",
  static: (version: string, name: string) => `/static/${version}/${name}`,
};

function segment(text: string): string {
  return encodeURIComponent(text);
}

function withQuery(path: string, query: Record<string, string | number | undefined>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]]
  );
  return pairs.length === 0 ? path : `${path}?${new URLSearchParams(pairs)}`;
}
