import { type Context, Hono } from "hono";
import type { App, FormFields } from "../../executor/mod.ts";
import { RunForm, variantOfSource } from "../../views/form/run_form.tsx";
import { answerKeyReused, sentRequest } from "../request/sent_request.ts";
import { identityOf, may } from "../access/identity.ts";
import { tellStart } from "../access/tell.ts";
import { limitBody } from "../request/body_limit.ts";
import type { Deps } from "../deps.ts";
import { unknownApp } from "../errors.tsx";
import { requireApp } from "../request/known.ts";
import { playgroundWith } from "./playground.tsx";
import { wantsFragment, wantsJson } from "../request/requests.ts";
import { runForm } from "./run_form.ts";
import { readInputs } from "../request/sent_inputs.ts";
import {
  answerRefused,
  answerStarted,
  MAX_INPUTS_MEBIBYTES,
  type RefusedStart,
  refuseOften,
  sayWhen,
  startProblem,
  startTask,
} from "../tasks/started.ts";

/** An app for programs: its definition, and which version it is. */
export function appJson({ id, version, definition }: App) {
  return { id, version, ...definition };
}

/** Apps for programs, and running one. */
export function appRoutes(deps: Deps): Hono {
  const { apps, tasks } = deps.executor;
  return new Hono()
    .get("/apps", async (c) => {
      const all = await apps.readAll();
      c.header("Cache-Control", "no-store");
      return c.json({ apps: all.map(appJson) });
    })
    .post(
      "/apps/:appId/tasks",
      requireApp(deps),
      limitBody(MAX_INPUTS_MEBIBYTES),
      async (c) => {
        const appId = c.req.param("appId");
        const raw = await readInputs(c);
        const asked = raw.source === "json"
          ? { origin: { kind: "api" }, request: sentRequest(c, raw.fields) } as const
          : { origin: { kind: "person" }, request: null } as const;
        const result = await refuseOften(c, deps, { appId, sent: asked.request }) ??
          await startTask(tasks, appId, raw, asked);
        if (result.type === "started") {
          tellStart(c, deps, "task-run", result.taskId);
          return await answerStarted(c, deps, result.taskId);
        }
        if (result.type === "repeated") {
          c.header("Idempotent-Replayed", "true");
          return await answerStarted(c, deps, result.taskId);
        }
        if (result.type === "key-reused") return answerKeyReused(c);
        if (result.type === "unknown-app") throw unknownApp(appId);
        const seesApps = may(identityOf(c), "read");
        if (raw.source === "json" || wantsJson(c) || !seesApps) return answerRefused(c, result);
        return await answerForm(c, raw.fields, result);
      },
    );

  /** The same form again, with what is wrong. */
  async function answerForm(
    c: Context,
    fields: FormFields,
    result: RefusedStart,
  ): Promise<Response> {
    const { app } = result;
    const { status, detail } = startProblem(result);
    const variant = variantOfSource(c.req.header("HX-Source"));
    const form = {
      ...runForm(app, { from: "form", fields }, variant),
      ...result.type === "invalid" ? { errors: result.errors } : { message: detail },
    };
    c.header("Cache-Control", "no-store");
    sayWhen(c, result);
    return wantsFragment(c)
      ? c.html(<RunForm {...form} />, status)
      : c.html(await playgroundWith(c, deps, { chosen: { app, form } }), status);
  }
}
