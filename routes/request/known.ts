import type { MiddlewareHandler } from "hono";
import { isAppId, isTaskId } from "../../executor/mod.ts";
import type { Deps } from "../deps.ts";
import { unknownApp, unknownTask } from "../errors.tsx";

/** Answers 404 for an app that is not there, before a body is read. */
export function requireApp({ executor }: Deps): MiddlewareHandler {
  return async function requireApp(c, next) {
    const appId = c.req.param("appId") ?? "";
    if (!isAppId(appId) || !await executor.apps.exists(appId)) throw unknownApp(appId);
    await next();
  };
}

/** Answers 404 for a task that is not there, before a body is read. */
export function requireTask({ executor }: Deps): MiddlewareHandler {
  return async function requireTask(c, next) {
    const taskId = c.req.param("id") ?? "";
    if (!isTaskId(taskId) || await executor.tasks.readRow(taskId) === null) {
      throw unknownTask(taskId);
    }
    await next();
  };
}
