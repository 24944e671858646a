import { type Context, Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import { type App, isAppId, type OriginKind, type RawInputs } from "../executor/mod.ts";
import { RunForm, variantOfSource } from "../views/form/run_form.tsx";
import { limitBody } from "./body_limit.ts";
import type { Deps } from "./deps.ts";
import { unknownApp } from "./errors.tsx";
import { formFields } from "./form_fields.ts";
import { paths } from "./paths.ts";
import { playgroundWith } from "./playground.tsx";
import { problem } from "./problem.ts";
import { sendsJson, wantsFragment, wantsJson } from "./requests.ts";
import { runForm } from "./run_form.ts";

/** Form encoding triples what a person typed; the inputs themselves have a limit of their own. */
const MAX_BODY_MEBIBYTES = 4;

/** Far more than an app declares; each one that is not declared gets a sentence in the answer. */
const MAX_JSON_FIELDS = 500;

const JsonBody = z.object({
  inputs: z.custom<Readonly<Record<string, unknown>>>(isInputs).default({}),
});

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
      limitBody(MAX_BODY_MEBIBYTES),
      async (c) => {
        const appId = c.req.param("appId");
        const raw = await readInputs(c);
        const origin: OriginKind = raw.source === "json" ? "api" : "person";
        const result = await tasks.start(appId, raw, { kind: origin });
        switch (result.type) {
          case "started":
            return await started(c, result.taskId);
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

  async function started(c: Context, taskId: string): Promise<Response> {
    if (sendsJson(c)) {
      c.header("Location", paths.task(taskId));
      return c.json(await tasks.readJson(taskId), 201);
    }
    if (!wantsFragment(c)) return c.redirect(paths.task(taskId), 303);
    c.header("HX-Redirect", paths.task(taskId));
    return c.body(null, 204);
  }

  async function refused(c: Context, refusal: Refusal): Promise<Response> {
    const { raw, app, status, errors, message } = refusal;
    if (raw.source === "json" || wantsJson(c)) {
      const detail = message ?? "Some inputs are wrong or missing";
      return problem(c, { status, title: "The inputs cannot be used", detail, errors });
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

interface Refusal {
  readonly raw: RawInputs;
  readonly app: App;
  readonly status: 413 | 422;
  readonly errors: Readonly<Record<string, string>>;
  readonly message: string | null;
}

async function readInputs(c: Context): Promise<RawInputs> {
  if (!sendsJson(c)) return { source: "form", fields: await formFields(c) };
  const body = JsonBody.safeParse(await readJson(c).catch(() => null));
  if (body.success) return { source: "json", fields: body.data.inputs };
  throw new HTTPException(400, {
    message: `Cannot read the body: it has to be JSON such as {"inputs": {}} in UTF-8, ` +
      `with at most ${MAX_JSON_FIELDS} inputs`,
  });
}

async function readJson(c: Context): Promise<unknown> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  return JSON.parse(decoder.decode(await c.req.arrayBuffer()));
}

function isInputs(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    Object.keys(value).length <= MAX_JSON_FIELDS;
}

function tooLarge({ bytes, limit }: { readonly bytes: number; readonly limit: number }): string {
  const megabytes = (count: number) => (count / 1_000_000).toFixed(2);
  return `The inputs are ${megabytes(bytes)} MB together, and a task takes ${megabytes(limit)} MB`;
}
