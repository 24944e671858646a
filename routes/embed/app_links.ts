import { Hono } from "hono";
import { limitBody } from "../request/body_limit.ts";
import type { Deps } from "../deps.ts";
import type { AppLinkAnswers } from "./app_link_answers.tsx";
import { requireApp } from "../request/known.ts";

/** Links by which other sites run an app: made and revoked in its workspace. */
export function appLinkRoutes(deps: Deps): Hono {
  let answers: Promise<AppLinkAnswers> | undefined;
  const load = () => answers ??= loadAnswers(deps);

  return new Hono()
    .get("/studio/:appId/links", requireApp(deps), async (c) => (await load()).page(c))
    .post("/studio/:appId/links", requireApp(deps), limitBody(1), async (c) => {
      return (await load()).create(c);
    })
    .post("/studio/:appId/links/:linkId/revocation", requireApp(deps), limitBody(1), async (c) => {
      return (await load()).revoke(c);
    });
}

async function loadAnswers(deps: Deps): Promise<AppLinkAnswers> {
  return (await import("./app_link_answers.tsx")).createAppLinkAnswers(deps);
}
