import type { Context } from "hono";
import { isLinkId, type Link, type ShownPart, type Thing } from "../../executor/mod.ts";
import { personIdOf, senderOf } from "../access/actor.ts";
import { tell } from "../access/tell.ts";
import type { Deps } from "../deps.ts";
import { ConflictError, MissingError, unknownTask } from "../errors.tsx";
import { paths } from "../paths.ts";
import { siteOrigin } from "../request/site_origin.ts";

/** What is shown of a task, for how long, and which web sites may hold it in a frame. */
export interface ShareChoice {
  readonly expiresInSeconds: number;
  readonly show: readonly ShownPart[];
  readonly origins: readonly string[];
}

/** A link that was made, and its address, which is told this once. */
export interface NewShare {
  readonly link: Link;
  readonly token: string;
  readonly url: string;
}

/**
 * Makes a link to a task.
 *
 * @throws {MissingError} where there is no such task. @throws {ConflictError} where it has as many
 * links as it may have.
 */
export async function shareTask(
  c: Context,
  deps: Deps,
  taskId: string,
  { expiresInSeconds, show, origins }: ShareChoice,
): Promise<NewShare> {
  const result = await deps.executor.links.create({
    target: { kind: "task", taskId },
    show: [...new Set(show)],
    origins: [...new Set(origins)],
    expiresInMs: expiresInSeconds * 1_000,
    createdBy: senderOf(c).name,
    makerId: personIdOf(c),
  });
  switch (result.type) {
    case "unknown-target":
      throw unknownTask(taskId);
    case "too-many":
      throw new ConflictError(
        `Cannot share task "${taskId}": it has ${result.limit} links already. ` +
          "Revoke one of them first",
        { title: "There are too many links", advice: "Revoke those that nobody uses any more." },
      );
    case "created": {
      const { link, token } = result;
      tell(c, deps, { did: "share-created", what: await thingOf(deps, link.id, taskId) });
      return { link, token, url: siteOrigin(c, deps) + paths.shared(token) };
    }
  }
}

/**
 * Ends a link to a task; the task's id.
 *
 * @throws {MissingError} where there is no such link.
 */
export async function revokeShare(c: Context, deps: Deps, linkId: string) {
  const link = isLinkId(linkId) ? await deps.executor.links.revoke(linkId, "task") : null;
  if (link?.target.kind !== "task") throw new MissingError({ what: "link", id: linkId });
  const { taskId } = link.target;
  tell(c, deps, { did: "share-revoked", what: await thingOf(deps, link.id, taskId) });
  return taskId;
}

/**
 * A link to a task, by the name of its app, as the audit list tells of it. What was done has been
 * done: where that name cannot be read, it is the task's id.
 */
async function thingOf({ executor, onError }: Deps, id: string, taskId: string): Promise<Thing> {
  const row = await executor.tasks.readRow(taskId).catch((error) => {
    onError(error, "audit", { taskId });
    return null;
  });
  return { kind: "share", id, name: row?.app.name ?? taskId, targetId: taskId };
}
