import type { Context } from "hono";
import type { AuditEntry, Deed, TaskRow } from "../../executor/mod.ts";
import type { Deps } from "../deps.ts";
import { callerOf, senderOf } from "./actor.ts";

/** Tells the audit list what a request's sender has done. */
export function tell(c: Context, { executor }: Deps, entry: Omit<AuditEntry, "who">): void {
  executor.audit.tell({ who: senderOf(c), ...entry });
}

/** The same of a task, by the name of its app. */
export function tellOf(
  c: Context,
  deps: Deps,
  did: Deed,
  { id, app }: Pick<TaskRow, "id" | "app">,
) {
  tell(c, deps, { did, what: { kind: "task", id, name: app.name } });
}

/** The same of a task that has just begun; nobody waits until its app's name is read. */
export function tellStart(c: Context, deps: Deps, did: "task-run" | "task-forked", id: string) {
  // Who runs what is not told where nobody is known, so that it costs nothing there.
  if (did === "task-run" && callerOf(c) === null) return;
  deps.executor.tasks.readRow(id)
    .then((row) => row !== null && tellOf(c, deps, did, row))
    .catch((error) => deps.onError(error, "audit", { taskId: id }));
}
