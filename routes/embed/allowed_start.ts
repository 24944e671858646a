import type { Context } from "hono";
import type { Deps } from "../deps.ts";

const START = /^\/embed\/apps\/([\w-]+)\/tasks$/;

/** Whether another site sends what its visitors may: a start of the app that a link lets it run. */
export async function isAllowedStart(c: Context, deps: Deps): Promise<boolean> {
  const [, token] = START.exec(c.req.path) ?? [];
  if (token === undefined || c.req.method !== "POST") return false;
  const { openApp } = await import("./opened.ts");
  const opened = await openApp(deps, token);
  return opened?.link.origins.includes(c.req.header("Origin") ?? "") ?? false;
}
