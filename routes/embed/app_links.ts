import { Hono } from "hono";
import { limitBody } from "../request/body_limit.ts";
import type { Deps } from "../deps.ts";
import { createAppLinkAnswers } from "./app_link_answers.tsx";
import { requireApp } from "../request/known.ts";

/** Links by which other sites run an app: made and revoked in its workspace. */
export function appLinkRoutes(deps: Deps): Hono {
  const answers = createAppLinkAnswers(deps);
  return new Hono()
    .get("/studio/:appId/links", requireApp(deps), (c) => answers.page(c))
    .post("/studio/:appId/links", requireApp(deps), limitBody(1), (c) => answers.create(c))
    .post("/studio/:appId/links/:linkId/revocation", requireApp(deps), limitBody(1), (c) => {
      return answers.revoke(c);
    });
}
