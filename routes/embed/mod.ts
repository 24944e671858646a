import { type Context, Hono } from "hono";
import type { Deps } from "../deps.ts";
import { embedAppRoutes } from "./apps.tsx";
import { embedFileRoutes } from "./embed_files.ts";
import { oEmbedRoutes } from "./oembed.ts";
import { openApp } from "./opened.ts";
import { embedTaskRoutes } from "./tasks.tsx";

/** All that pages of other sites load from here. */
export function embedRoutes(deps: Deps): Hono {
  return new Hono()
    .route("/", embedFileRoutes())
    .route("/", embedTaskRoutes(deps))
    .route("/", embedAppRoutes(deps))
    .route("/", oEmbedRoutes(deps));
}

const START = /^\/embed\/apps\/([\w-]+)\/tasks$/;

/** Whether another site sends what its visitors may: a start of the app that a link lets it run. */
export async function isAllowedStart(c: Context, deps: Deps): Promise<boolean> {
  const [, token] = START.exec(c.req.path) ?? [];
  if (token === undefined || c.req.method !== "POST") return false;
  const opened = await openApp(deps, token);
  return opened?.link.origins.includes(c.req.header("Origin") ?? "") ?? false;
}
