import type { z } from "zod";
import { ForkBody } from "../tasks/forks.ts";
import { ListQuery } from "../request/list_query.ts";
import { StartBody } from "../request/json_body.ts";
import { ShareBody } from "./schemas/requests.ts";

/** A shape that is told under a name of its own. */
export type AnswerName = "App" | "AppList" | "Task" | "TaskList" | "NewShare" | "ShareList";

/** One operation of the API, as its documents tell it. */
export interface Operation {
  readonly id: string;
  readonly method: "get" | "post" | "delete";
  /** With parameters in braces, as OpenAPI writes them. */
  readonly path: string;
  readonly summary: string;
  readonly details?: string;
  readonly query?: z.ZodObject;
  /** Whether `?download` does something. */
  readonly canDownload?: true;
  readonly headers?: readonly HeaderName[];
  readonly body?: keyof typeof BODIES;
  /** Whether an empty request will do. */
  readonly isBodyOptional?: true;
  readonly success: Success;
  /** Errors that are its own. */
  readonly problems: readonly ProblemStatus[];
}

/** What an operation answers when all is well. */
export type Success =
  | {
    readonly type: "json";
    readonly status: 200;
    readonly shape: AnswerName;
    /** What 204 says to a key that may not read, where such a one may ask at all. */
    readonly unread?: string;
  }
  /** Something new; `hasLocation`: the answer says where it is. */
  | {
    readonly type: "json";
    readonly status: 201;
    readonly shape: AnswerName;
    readonly what: string;
    readonly hasLocation?: true;
  }
  | { readonly type: "nothing"; readonly what: string }
  | { readonly type: "events" }
  | { readonly type: "output" };

/** Headers that some requests may carry. */
export const HEADERS = {
  "Prefer": "wait=N holds the answer back until the task has ended, N seconds at most (up to 60).",
  "Idempotency-Key":
    "Makes it safe to send this again: for a day, the same key gives the same task. 1 to 255 ASCII characters.",
  "If-None-Match": "The ETag of an earlier answer: 304 where nothing has changed since.",
  "Last-Event-ID": "The id of the last message read: goes on from there.",
} as const;
export type HeaderName = keyof typeof HEADERS;

/** When each error is answered. */
export const PROBLEMS = {
  400: "The request cannot be read.",
  401: "The server wants an API key, or this one is not good.",
  403: "The key's scopes, or its owner's role, do not include this.",
  404: "There is no such thing.",
  409: "The task has ended, or still runs, the key is taken, or there are too many links.",
  413: "The body or the inputs are too large.",
  415: "The body is not JSON, or is compressed.",
  422: "A value is not what it has to be, such as an input that the app declares otherwise.",
  429: "Too many at once; Retry-After says when to come back.",
  503: "The queue is full; Retry-After says when to come back.",
} as const;
export type ProblemStatus = keyof typeof PROBLEMS;

/** What each operation may answer besides. */
export const COMMON_PROBLEMS = [401, 403, 429] as const satisfies readonly ProblemStatus[];

/** The parameters of paths. */
export const PATH_PARAMETERS = {
  appId: "The app's id.",
  id: "The task's id.",
  name: "The output's name.",
  shareId: "The share's id.",
} as const;

/** The bodies that requests carry. */
export const BODIES = { StartBody, ForkBody, ShareBody } as const;

/** Every operation under `/api/v1`, in the order they are read. */
export const OPERATIONS: readonly Operation[] = [
  {
    id: "listApps",
    method: "get",
    path: "/api/v1/apps",
    summary: "List the apps",
    success: { type: "json", status: 200, shape: "AppList" },
    problems: [],
  },
  {
    id: "readApp",
    method: "get",
    path: "/api/v1/apps/{appId}",
    summary: "Read an app",
    success: { type: "json", status: 200, shape: "App" },
    problems: [404],
  },
  {
    id: "startTask",
    method: "post",
    path: "/api/v1/apps/{appId}/tasks",
    summary: "Run an app",
    details: "The answer is the new task, and Location its path. It is running until it has ended.",
    headers: ["Idempotency-Key", "Prefer"],
    body: "StartBody",
    success: { type: "json", status: 201, shape: "Task", what: "The new task.", hasLocation: true },
    problems: [400, 404, 409, 413, 415, 422, 503],
  },
  {
    id: "listTasks",
    method: "get",
    path: "/api/v1/tasks",
    summary: "List tasks",
    details:
      "Newest first. A page costs the same wherever it is: it begins at a task, not a number.",
    query: ListQuery,
    success: { type: "json", status: 200, shape: "TaskList" },
    problems: [400],
  },
  {
    id: "readTask",
    method: "get",
    path: "/api/v1/tasks/{id}",
    summary: "Read a task",
    headers: ["If-None-Match", "Prefer"],
    success: { type: "json", status: 200, shape: "Task" },
    problems: [404],
  },
  {
    id: "deleteTask",
    method: "delete",
    path: "/api/v1/tasks/{id}",
    summary: "Delete a task",
    details: "With all that belongs to it. A task that runs is 409: cancel it first.",
    success: { type: "nothing", what: "It is deleted." },
    problems: [404, 409],
  },
  {
    id: "followTask",
    method: "get",
    path: "/api/v1/tasks/{id}/events",
    summary: "Follow a task",
    details:
      "Server-sent events: task with all of it, then change for each change, and done at the end.",
    headers: ["Last-Event-ID"],
    success: { type: "events" },
    problems: [404],
  },
  {
    id: "cancelTask",
    method: "post",
    path: "/api/v1/tasks/{id}/cancellation",
    summary: "Cancel a task",
    details: "Once more does no harm. A task that has completed or failed is 409.",
    success: { type: "json", status: 200, shape: "Task", unread: "It is cancelled." },
    problems: [404, 409],
  },
  {
    id: "forkTask",
    method: "post",
    path: "/api/v1/tasks/{id}/forks",
    summary: "Run a task again",
    details:
      "A new task. From a step on, what was completed before it is copied, not run. A key needs the scopes read and run.",
    headers: ["Idempotency-Key", "Prefer"],
    body: "ForkBody",
    isBodyOptional: true,
    success: { type: "json", status: 201, shape: "Task", what: "The new task.", hasLocation: true },
    problems: [400, 404, 409, 413, 415, 422, 503],
  },
  {
    id: "readOutput",
    method: "get",
    path: "/api/v1/tasks/{id}/outputs/{name}",
    summary: "Read an output",
    details: "As it is: Markdown, text or JSON.",
    canDownload: true,
    success: { type: "output" },
    problems: [404],
  },
  {
    id: "shareTask",
    method: "post",
    path: "/api/v1/tasks/{id}/shares",
    summary: "Share a task",
    details:
      "Makes a link to look at it, for whoever has the link. Its address is told this once. A key needs the scopes read and edit.",
    body: "ShareBody",
    success: { type: "json", status: 201, shape: "NewShare", what: "The new link." },
    problems: [400, 404, 409, 413, 415, 422],
  },
  {
    id: "listShares",
    method: "get",
    path: "/api/v1/tasks/{id}/shares",
    summary: "List the shares of a task",
    details: "Those that can be used, oldest first. A key needs the scopes read and edit.",
    success: { type: "json", status: 200, shape: "ShareList" },
    problems: [404],
  },
  {
    id: "revokeShare",
    method: "delete",
    path: "/api/v1/shares/{shareId}",
    summary: "Revoke a share",
    details: "It ends at once, also for those who are looking.",
    success: { type: "nothing", what: "It is revoked." },
    problems: [404],
  },
];
