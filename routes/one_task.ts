import { HTTPException } from "hono/http-exception";
import { isTaskId, type TaskJson } from "../executor/mod.ts";
import type { Deps } from "./deps.ts";
import { unknownTask } from "./errors.tsx";

/** @throws {MissingError} where there is no such task. */
export async function readTaskJson({ executor }: Deps, id: string): Promise<TaskJson> {
  const task = isTaskId(id) ? await executor.tasks.readJson(id) : null;
  if (task === null) throw unknownTask(id);
  return task;
}

/** @throws {MissingError} where there is no such task. @throws {HTTPException} 409 where it has ended. */
export async function cancelTask({ executor }: Deps, id: string): Promise<void> {
  const result = isTaskId(id) ? await executor.tasks.cancel(id) : "unknown-task";
  if (result === "unknown-task") throw unknownTask(id);
  if (result === "cancelled") return;
  throw new HTTPException(409, { message: `Cannot cancel task "${id}": it has ended already` });
}
