import type { AuditFamily } from "../executor/deeds.ts";
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

/** What the audit list shows; absent means no filter, and the first page. */
export interface AuditQuery {
  readonly family?: AuditFamily;
  /** The id of whoever did it; goes before `family`. */
  readonly who?: string;
  readonly before?: string;
  readonly after?: string;
}

/** What a task can be had as, beside its page: its path with one of these behind. */
export const TASK_FORMS = ["json", "md", "txt", "html"] as const;
export type TaskForm = typeof TASK_FORMS[number];

/** Below it is what programs use; another version of it would be another prefix. */
const API = "/api/v1";

/** Every URL of Callboard, as functions. Views, redirects and tests call these. */
export const paths = {
  home: () => "/",
  playground: (appId?: string, search?: string) =>
    withQuery("/playground", { app: appId, q: search || undefined }),
  tasks: (query: TaskListQuery = {}) => withQuery("/tasks", { ...query }),
  taskFeed: (query: Pick<TaskListQuery, "status" | "app" | "limit"> = {}) =>
    withQuery("/tasks.atom", { ...query }),
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
  /** A task in another form than its page. */
  taskAs: (taskId: string, form: TaskForm) => `/tasks/${segment(taskId)}.${form}`,
  /** @param to The page to go on to. */
  signIn: (to?: string) => withQuery("/sign-in", { to }),
  signInProvider: (to?: string) => withQuery("/sign-in/provider", { to }),
  /** Where the provider sends people back to. */
  signInCallback: () => "/sign-in/callback",
  signOut: () => "/sign-out",
  settings: {
    home: () => "/settings",
    keys: () => "/settings/keys",
    keyRevocation: (keyId: string) => `/settings/keys/${segment(keyId)}/revocation`,
    people: () => "/settings/people",
    person: (personId: string) => `/settings/people/${segment(personId)}`,
    personDeletion: (personId: string) => `/settings/people/${segment(personId)}/deletion`,
    audit: (query: AuditQuery = {}) => withQuery("/settings/audit", { ...query }),
  },
  taskShares: (taskId: string) => `/tasks/${segment(taskId)}/shares`,
  shareRevocation: (linkId: string) => `/shares/${segment(linkId)}/revocation`,
  /** A task for whoever has a link to it. */
  shared: (token: string) => `/s/${segment(token)}`,
  sharedEvents: (token: string, after?: string) =>
    withQuery(`/s/${segment(token)}/events`, { after }),
  sharedOutput: (token: string, name: string) => `/s/${segment(token)}/outputs/${segment(name)}`,
  sharedOutputDownload: (token: string, name: string) =>
    `/s/${segment(token)}/outputs/${segment(name)}?download`,
  apps: () => "/apps",
  appTasks: (appId: string) => `/apps/${segment(appId)}/tasks`,
  studio: () => "/studio",
  studioApp: (appId: string) => `/studio/${segment(appId)}`,
  /** Links by which other sites run an app. */
  studioAppLinks: (appId: string) => `/studio/${segment(appId)}/links`,
  studioAppLinkRevocation: (appId: string, linkId: string) =>
    `/studio/${segment(appId)}/links/${segment(linkId)}/revocation`,
  studioAppDeletion: (appId: string) => `/studio/${segment(appId)}/deletion`,
  /** What programs use. */
  api: {
    root: () => API + "/",
    apps: () => API + "/apps",
    app: (appId: string) => `${API}/apps/${segment(appId)}`,
    appTasks: (appId: string) => `${API}/apps/${segment(appId)}/tasks`,
    tasks: (query: TaskListQuery = {}) => withQuery(API + "/tasks", { ...query }),
    task: (taskId: string) => `${API}/tasks/${segment(taskId)}`,
    taskEvents: (taskId: string) => `${API}/tasks/${segment(taskId)}/events`,
    taskCancellation: (taskId: string) => `${API}/tasks/${segment(taskId)}/cancellation`,
    taskForks: (taskId: string) => `${API}/tasks/${segment(taskId)}/forks`,
    taskShares: (taskId: string) => `${API}/tasks/${segment(taskId)}/shares`,
    share: (linkId: string) => `${API}/shares/${segment(linkId)}`,
    taskOutput: (taskId: string, name: string) =>
      `${API}/tasks/${segment(taskId)}/outputs/${segment(name)}`,
  },
  /** What other sites load: the files at addresses that stay. */
  embed: {
    script: () => "/static/embed.js",
    stylesheet: () => "/static/embed.css",
    page: () => "/static/embed_page.css",
    task: (token: string) => `/embed/tasks/${segment(token)}`,
    taskFragment: (token: string) => `/embed/tasks/${segment(token)}/fragment`,
    taskEvents: (token: string) => `/embed/tasks/${segment(token)}/events`,
    taskOutput: (token: string, name: string) =>
      `/embed/tasks/${segment(token)}/outputs/${segment(name)}`,
    app: (token: string) => `/embed/apps/${segment(token)}`,
    appFragment: (token: string) => `/embed/apps/${segment(token)}/fragment`,
    appTasks: (token: string) => `/embed/apps/${segment(token)}/tasks`,
    badge: (badge: string) => `/embed/badges/${segment(badge)}.svg`,
    /** Its address before: it holds what can run the app. */
    appBadge: (token: string) => `/embed/apps/${segment(token)}/badge.svg`,
  },
  oEmbed: (url?: string) => withQuery("/oembed", { url }),
  openApi: () => "/openapi.json",
  apiDocs: (appId?: string) => withQuery("/docs/api", { app: appId }),
  /** A program that runs an app, as text. */
  apiExample: (appId: string, name: string) => withQuery(`/docs/api/${name}`, { app: appId }),
  /** A client of the API to import; it stays compatible below this path. */
  client: () => "/static/v1/callboard_client.ts",
  health: () => "/healthz",
  metrics: () => "/metrics",
  static: (version: string, name: string) => `/static/${version}/${name}`,
};

function segment(text: string): string {
  return encodeURIComponent(text);
}

/** Spaces as forms write them. `URLSearchParams` takes eight times as long, for each row of a list. */
function withQuery(path: string, query: Record<string, string | number | undefined>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const pairs = given.map(([name, value]) =>
    `${name}=${segment(String(value)).replaceAll("%20", "+")}`
  );
  return pairs.length === 0 ? path : `${path}?${pairs.join("&")}`;
}
