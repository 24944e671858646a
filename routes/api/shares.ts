import { type Context, Hono } from "hono";
import { z } from "zod";
import type { ListedLink } from "../../executor/mod.ts";
import { limitBody } from "../request/body_limit.ts";
import type { Deps } from "../deps.ts";
import { readJson } from "../request/json_body.ts";
import { requireTask } from "../request/known.ts";
import { problem } from "../problem.ts";
import { quoted } from "../request/quoted.ts";
import { revokeShare, shareTask } from "../share/share_task.ts";
import { refuseOtherBodies } from "./json_bodies.ts";
import { MAX_SHARED_SECONDS, MIN_SHARED_SECONDS, ShareBody } from "./schemas/requests.ts";

/** Any value in each field: what is wrong with it is told field by field. */
const AnyShareBody = z.strictObject({
  expiresInSeconds: z.unknown().optional(),
  show: z.unknown().optional(),
  origins: z.unknown().optional(),
});
const EXAMPLE = '{"expiresInSeconds": 86400, "show": ["outputs"]}';

const WANTED: Readonly<Record<string, string>> = {
  expiresInSeconds: `a whole number from ${MIN_SHARED_SECONDS} to ${MAX_SHARED_SECONDS}`,
  show: 'a list of "outputs", "steps" and "inputs"',
  origins: 'a list of at most 20 web sites such as "https://example.org"',
};

/** Links to tasks, for programs. */
export function shareApiRoutes(deps: Deps): Hono {
  return new Hono()
    .post(
      "/api/v1/tasks/:id/shares",
      requireTask(deps),
      limitBody(1),
      refuseOtherBodies,
      async (c) => {
        const sent = await readJson(c, AnyShareBody, EXAMPLE);
        const body = ShareBody.safeParse(sent);
        if (!body.success) return answerWrong(c, sent, body.error);
        const { link, token, url } = await shareTask(c, deps, c.req.param("id"), body.data);
        c.header("Cache-Control", "no-store");
        return c.json({ id: link.id, url, token, expiresAt: iso(link.expiresAt) }, 201);
      },
    )
    .get("/api/v1/tasks/:id/shares", requireTask(deps), async (c) => {
      const links = await deps.executor.links.listOfTask(c.req.param("id"));
      c.header("Cache-Control", "no-store");
      return c.json({ shares: links.map(shareJson) });
    })
    .delete("/api/v1/shares/:shareId", async (c) => {
      await revokeShare(c, deps, c.req.param("shareId"));
      return c.body(null, 204);
    });
}

function shareJson({ id, show, origins, createdAt, expiresAt, createdBy, views }: ListedLink) {
  const times = { createdAt: iso(createdAt), expiresAt: iso(expiresAt) };
  return { id, show, origins, ...times, createdBy, views };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function answerWrong(c: Context, sent: Readonly<Record<string, unknown>>, { issues }: z.ZodError) {
  const names = new Set(issues.map(({ path }) => String(path[0])));
  const errors = Object.fromEntries(
    [...names].map((name) => [name, wrong(sent[name], WANTED[name] ?? "something else")]),
  );
  const detail = "Some values are wrong or missing";
  return problem(c, { status: 422, title: "The task cannot be shared", detail, errors });
}

function wrong(value: unknown, wanted: string): string {
  return value === undefined
    ? `It is missing: it has to be ${wanted}`
    : `Cannot use ${quoted(value)}: it has to be ${wanted}`;
}
