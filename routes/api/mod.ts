import { type Context, Hono } from "hono";
import { etag } from "hono/etag";
import { isAppId } from "../../executor/mod.ts";
import { appJson } from "../apps/apps.tsx";
import { holdOf } from "../access/hold.ts";
import { tellStart } from "../access/tell.ts";
import { limitBody } from "../request/body_limit.ts";
import type { Deps } from "../deps.ts";
import { unknownApp } from "../errors.tsx";
import { forkTask } from "../tasks/forks.ts";
import { readJson, StartBody } from "../request/json_body.ts";
import { requireApp, requireTask } from "../request/known.ts";
import { DEFAULT_LIMIT, ListQuery, parseQuery } from "../request/list_query.ts";
import { answerCancelled, cancelTask, deleteTask, readTaskJson } from "../tasks/one_task.ts";
import { paths } from "../paths.ts";
import { answerRefused, MAX_INPUTS_MEBIBYTES, refuseOften, startTask } from "../tasks/started.ts";
import { jsonVoice } from "../streams/json_voice.ts";
import { createTaskChannels } from "../streams/task_channels.ts";
import { answerOutput } from "../tasks/task_outputs.ts";
import { answerKeyReused, sentRequest } from "../request/sent_request.ts";
import { refuseOtherBodies, refuseOtherBodiesIfAny } from "./json_bodies.ts";
import { taskSummary } from "./task_summary.ts";
import { waitAsPreferred } from "./wait.ts";

/** The API for programs. Its operations are told in `operations.ts`, its shapes in `schemas/`. */
export function apiRoutes(deps: Deps): Hono {
  const { apps, tasks } = deps.executor;
  const channels = createTaskChannels(deps, jsonVoice(deps));

  return new Hono()
    .get("/api/v1/apps", async (c) => {
      c.header("Cache-Control", "no-store");
      return c.json({ apps: (await apps.readAll()).map(appJson) });
    })
    .get("/api/v1/apps/:appId", async (c) => {
      const { appId } = c.req.param();
      const app = isAppId(appId) ? await apps.read(appId) : null;
      if (app === null) throw unknownApp(appId);
      c.header("Cache-Control", "no-store");
      return c.json(appJson(app));
    })
    .post(
      "/api/v1/apps/:appId/tasks",
      requireApp(deps),
      limitBody(MAX_INPUTS_MEBIBYTES),
      refuseOtherBodies,
      async (c) => {
        const { appId } = c.req.param();
        const { inputs } = await readJson(c, StartBody, '{"inputs": {}}');
        const raw = { source: "json", fields: inputs } as const;
        const asked = { origin: { kind: "api" }, request: sentRequest(c, inputs) } as const;
        const result = await refuseOften(c, deps, { appId, sent: asked.request }) ??
          await startTask(tasks, appId, raw, asked);
        switch (result.type) {
          case "started":
            tellStart(c, deps, "task-run", result.taskId);
            return await answerStarted(c, result.taskId);
          case "repeated":
            c.header("Idempotent-Replayed", "true");
            return await answerStarted(c, result.taskId);
          case "key-reused":
            return answerKeyReused(c);
          case "unknown-app":
            throw unknownApp(appId);
          default:
            return answerRefused(c, result);
        }
      },
    )
    .get("/api/v1/tasks", async (c) => {
      const query = parseQuery(c, ListQuery);
      const { rows, older, newer } = await tasks.list({
        ...query,
        limit: query.limit ?? DEFAULT_LIMIT,
      });
      c.header("Cache-Control", "no-store");
      return c.json({ tasks: rows.map(taskSummary), older, newer });
    })
    .get("/api/v1/tasks/:id", requireTask(deps), etag(), async (c) => {
      const { id } = c.req.param();
      await waitAsPreferred(c, deps, id);
      c.header("Cache-Control", "private, no-cache");
      return c.json(await readTaskJson(deps, id));
    })
    .delete("/api/v1/tasks/:id", async (c) => {
      await deleteTask(c, deps, c.req.param("id"));
      return c.body(null, 204);
    })
    .get("/api/v1/tasks/:id/events", requireTask(deps), (c) => {
      const has = c.req.header("Last-Event-ID") ?? null;
      return channels.follow(c.req.param("id"), { has, hold: holdOf(c, deps.executor) });
    })
    .post("/api/v1/tasks/:id/cancellation", async (c) => {
      const { id } = c.req.param();
      await cancelTask(c, deps, id);
      return await answerCancelled(c, deps, id);
    })
    .post(
      "/api/v1/tasks/:id/forks",
      requireTask(deps),
      limitBody(MAX_INPUTS_MEBIBYTES),
      refuseOtherBodiesIfAny,
      async (c) => {
        const fork = await forkTask(c, deps, c.req.param("id"));
        return fork.type === "started" ? await answerStarted(c, fork.taskId) : fork.answer;
      },
    )
    .get("/api/v1/tasks/:id/outputs/:name", (c) => answerOutput(c, deps, c.req.param()));

  async function answerStarted(c: Context, taskId: string): Promise<Response> {
    await waitAsPreferred(c, deps, taskId);
    c.header("Location", paths.api.task(taskId));
    c.header("Cache-Control", "no-store");
    return c.json(await readTaskJson(deps, taskId), 201);
  }
}
