import type { Context } from "hono";
import { isTaskId, type TaskJson } from "../../executor/mod.ts";
import { identityOf, may } from "../access/identity.ts";
import { tellOf } from "../access/tell.ts";
import type { Deps } from "../deps.ts";
import { ConflictError, unknownTask } from "../errors.tsx";

/** @throws {MissingError} where there is no such task. */
export async function readTaskJson({ executor }: Deps, id: string): Promise<TaskJson> {
  const task = isTaskId(id) ? await executor.tasks.readJson(id) : null;
  if (task === null) throw unknownTask(id);
  return task;
}

/** Tells a program how a task stands that it has cancelled; nothing but that to one that may not read. */
export async function answerCancelled(c: Context, deps: Deps, id: string): Promise<Response> {
  c.header("Cache-Control", "no-store");
  return may(identityOf(c), "read") ? c.json(await readTaskJson(deps, id)) : c.body(null, 204);
}

/** @throws {MissingError} where there is no such task. @throws {ConflictError} where it has ended. */
export async function cancelTask(c: Context, deps: Deps, id: string): Promise<void> {
  const { tasks } = deps.executor;
  const before = isTaskId(id) ? await tasks.readRow(id) : null;
  const result = before === null ? "unknown-task" : await tasks.cancel(id);
  if (before === null || result === "unknown-task") throw unknownTask(id);
  if (result === "cancelled") {
    // Again on a cancelled task nothing is done.
    if (before.status === "running") tellOf(c, deps, "task-cancelled", before);
    return;
  }
  throw new ConflictError(`Cannot cancel task "${id}": it has ended already`, {
    title: "It is too late for that",
    advice: "Load the page again to see how things stand.",
  });
}

/** @throws {MissingError} where there is no such task. @throws {ConflictError} where it runs. */
export async function deleteTask(c: Context, deps: Deps, id: string): Promise<void> {
  const { tasks } = deps.executor;
  const before = isTaskId(id) ? await tasks.readRow(id) : null;
  const result = before === null ? "unknown-task" : await tasks.delete(id);
  if (before === null || result === "unknown-task") throw unknownTask(id);
  if (result === "deleted") tellOf(c, deps, "task-deleted", before);
  if (result === "running") {
    throw new ConflictError(`Cannot delete task "${id}": cancel it first`, {
      title: "This task still runs",
      advice: "Cancel it on its page, or wait until it has ended.",
    });
  }
}
