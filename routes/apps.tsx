import { type Context, Hono } from "hono";
import { z } from "zod";
import { type App, isAppId, type OriginKind, type RawInputs } from "../executor/mod.ts";
import { RunForm, variantOfSource } from "../views/form/run_form.tsx";
import { limitBody } from "./body_limit.ts";
import type { Deps } from "./deps.ts";
import { unknownApp } from "./errors.tsx";
import { formFields } from "./form_fields.ts";
import { JsonInputs, readJson } from "./json_body.ts";
import { playgroundWith } from "./playground.tsx";
import { problem } from "./problem.ts";
import { sendsJson, wantsFragment, wantsJson } from "./requests.ts";
import { runForm } from "./run_form.ts";
import {
  answerStarted,
  MAX_INPUTS_MEBIBYTES,
  QUEUE_PAUSE_SECONDS,
  queueFull,
  tooLarge,
} from "./started.ts";

const JsonBody = z.object({ inputs: JsonInputs.default({}) });

/** Apps for programs, and running one. */
export function appRoutes(deps: Deps): Hono {
  const { apps, tasks } = deps.executor;
  return new Hono()
    .get("/apps", async (c) => {
      const all = await apps.readAll();
      c.header("Cache-Control", "no-store");
      return c.json({
        apps: all.map(({ id, version, definition }) => ({ id, version, ...definition })),
      });
    })
    .post(
      "/apps/:appId/tasks",
      async (c, next) => {
        const appId = c.req.param("appId");
        if (!isAppId(appId) || !await apps.exists(appId)) throw unknownApp(appId);
        await next();
      },
      limitBody(MAX_INPUTS_MEBIBYTES),
      async (c) => {
        const appId = c.req.param("appId");
        const raw = await readInputs(c);
        const origin: OriginKind = raw.source === "json" ? "api" : "person";
        const result = await tasks.start(appId, raw, { kind: origin });
        switch (result.type) {
          case "started":
            return await answerStarted(c, tasks, result.taskId);
          case "unknown-app":
            throw unknownApp(appId);
          case "too-large":
            return refused(c, {
              raw,
              app: result.app,
              status: 413,
              errors: {},
              message: tooLarge(result),
            });
          case "queue-full":
            c.header("Retry-After", String(QUEUE_PAUSE_SECONDS));
            return refused(c, {
              raw,
              app: result.app,
              status: 503,
              errors: {},
              message: queueFull(result),
            });
          case "invalid":
            return refused(c, {
              raw,
              app: result.app,
              status: 422,
              errors: result.errors,
              message: null,
            });
        }
      },
    );

  async function refused(c: Context, refusal: Refusal): Promise<Response> {
    const { raw, app, status, errors, message } = refusal;
    if (raw.source === "json" || wantsJson(c)) {
      const detail = message ?? "Some inputs are wrong or missing";
      return problem(c, { status, title: REFUSALS[status], detail, errors });
    }
    const variant = variantOfSource(c.req.header("HX-Source"));
    const typed = runForm(app, { from: "form", fields: raw.fields }, variant);
    const form = { ...typed, errors, message };
    c.header("Cache-Control", "no-store");
    return wantsFragment(c)
      ? c.html(<RunForm {...form} />, status)
      : c.html(await playgroundWith(c, deps, { app, form }), status);
  }
}

const REFUSALS = {
  413: "The inputs cannot be used",
  422: "The inputs cannot be used",
  503: "The queue is full",
} as const;

interface Refusal {
  readonly raw: RawInputs;
  readonly app: App;
  readonly status: keyof typeof REFUSALS;
  readonly errors: Readonly<Record<string, string>>;
  readonly message: string | null;
}

async function readInputs(c: Context): Promise<RawInputs> {
  if (!sendsJson(c)) return { source: "form", fields: await formFields(c) };
  return { source: "json", fields: (await readJson(c, JsonBody, '{"inputs": {}}')).inputs };
}
