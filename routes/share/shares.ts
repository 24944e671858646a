import { Hono } from "hono";
import { limitBody } from "../request/body_limit.ts";
import type { Deps } from "../deps.ts";
import { requireTask } from "../request/known.ts";
import type { ShareAnswers } from "./share_answers.tsx";

/** Links to a task: made and revoked on a page of their own, or over the task's. */
export function shareRoutes(deps: Deps): Hono {
  let answers: Promise<ShareAnswers> | undefined;
  const load = () => answers ??= loadAnswers(deps);

  return new Hono()
    .get("/tasks/:id/shares", requireTask(deps), async (c) => {
      return (await load()).page(c, c.req.param("id"));
    })
    .post("/tasks/:id/shares", requireTask(deps), limitBody(1), async (c) => {
      return (await load()).create(c, c.req.param("id"));
    })
    .post("/shares/:shareId/revocation", limitBody(1), async (c) => {
      return (await load()).revoke(c, c.req.param("shareId"));
    });
}

async function loadAnswers(deps: Deps): Promise<ShareAnswers> {
  return (await import("./share_answers.tsx")).createShareAnswers(deps);
}
