import { Hono } from "hono";
import { limitBody } from "../request/body_limit.ts";
import type { Deps } from "../deps.ts";
import { requireTask } from "../request/known.ts";
import { createShareAnswers } from "./share_answers.tsx";

/** Links to a task: made and revoked on a page of their own, or over the task's. */
export function shareRoutes(deps: Deps): Hono {
  const answers = createShareAnswers(deps);
  return new Hono()
    .get("/tasks/:id/shares", requireTask(deps), (c) => answers.page(c, c.req.param("id")))
    .post("/tasks/:id/shares", requireTask(deps), limitBody(1), (c) => {
      return answers.create(c, c.req.param("id"));
    })
    .post("/shares/:shareId/revocation", limitBody(1), (c) => {
      return answers.revoke(c, c.req.param("shareId"));
    });
}
