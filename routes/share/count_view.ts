import type { Context } from "hono";
import type { Link } from "../../executor/mod.ts";
import type { Deps } from "../deps.ts";

/** Counts a view of what a link shows. */
export function countView(c: Context, { executor }: Pick<Deps, "executor">, link: Link): void {
  if (c.req.method === "GET") executor.links.countView(link);
}

/**
 * Counts a view of a task. Who says what they have seen of it before looks on: that is a browser
 * that connects or loads again by itself, which a page of ours tells to say so.
 */
export function countTaskView(c: Context, deps: Pick<Deps, "executor">, link: Link): void {
  if (seenBefore(c) === null) countView(c, deps, link);
}

/** The id of the state that a reader has; nothing where it does not know, null where it has none. */
export function seenBefore(c: Context): string | null {
  return c.req.header("Last-Event-ID") ?? c.req.query("after") ?? null;
}
