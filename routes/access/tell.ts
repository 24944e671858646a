import type { Context } from "hono";
import type { Deed, TaskRow, Thing } from "../../executor/mod.ts";
import type { Deps } from "../deps.ts";
import { actorOf } from "./actor.ts";
import { identityOf } from "./identity.ts";

/** Tells the audit list what a request's sender has done. */
export function tell(c: Context, { executor }: Deps, did: Deed, what: Thing): void {
  executor.audit.tell({ who: actorOf(identityOf(c)), did, what });
}

/** The same of a task, by the name of its app. */
export function tellOf(
  c: Context,
  deps: Deps,
  did: Deed,
  { id, app }: Pick<TaskRow, "id" | "app">,
) {
  tell(c, deps, did, { kind: "task", id, name: app.name });
}

/** The same of a task that has just begun; nobody waits until its app's name is read. */
export function tellStart(c: Context, deps: Deps, did: "task-run" | "task-forked", id: string) {
  // Who runs what is not told where nobody is known, so that it costs nothing there.
  if (did === "task-run" && actorOf(identityOf(c)).kind === "anybody") return;
  deps.executor.tasks.readRow(id)
    .then((row) => row !== null && tellOf(c, deps, did, row))
    .catch((error) => deps.onError(error, "audit", { taskId: id }));
}
