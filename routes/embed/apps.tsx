import { type Context, Hono } from "hono";
import { Badge } from "../../views/embed/badge.tsx";
import { renderNow } from "../../views/render.ts";
import { limitBody } from "../body_limit.ts";
import type { Deps } from "../deps.ts";
import { paths } from "../paths.ts";
import { setHeaders } from "../policy.ts";
import { readInputs } from "../sent_inputs.ts";
import { MAX_INPUTS_MEBIBYTES } from "../started.ts";
import { answerLater, answerRefusedStart, appFragment, appPage, askerOf } from "./app_form.tsx";
import { answerPreflight, readableBy } from "./cross_origin.ts";
import { answerGone, answerGonePage } from "./gone.tsx";
import { openApp, type OpenedApp } from "./opened.ts";
import { takeStart } from "./start_limits.ts";

/** Seconds a badge may be kept: pages show it to many. */
const BADGE_SECONDS = 60;

/** Apps on other sites: a form that runs one, and a badge that says how its last task stands. */
export function embedAppRoutes(deps: Deps): Hono {
  const { links, visits, audit, tasks } = deps.executor;
  return new Hono()
    .get("/embed/apps/:token", async (c) => {
      const opened = await openApp(deps, c.req.param("token"));
      if (opened === null) return answerGonePage(c);
      links.countView(opened.link);
      const fields = new Map(Object.entries(c.req.query()));
      return c.html(appPage(c, opened, { source: { from: "query", fields } }));
    })
    .options("/embed/apps/:token/fragment", (c) => preflight(c, "GET"))
    .get("/embed/apps/:token/fragment", async (c) => {
      const opened = await openReadable(c);
      if (opened === null) return answerGone(c);
      links.countView(opened.link);
      return c.html(appFragment(c, opened.app, { source: { from: "defaults" } }));
    })
    .options("/embed/apps/:token/tasks", (c) => preflight(c, "POST"))
    .post("/embed/apps/:token/tasks", limitBody(MAX_INPUTS_MEBIBYTES), async (c) => {
      const opened = await openReadable(c);
      if (opened === null) return goneFor(c);
      const raw = await readInputs(c);
      const fields = raw.source === "form" ? raw.fields : new Map<string, string>();
      const taken = await takeStart(c, deps, opened.link);
      if (!taken.ok) return answerLater(c, opened, { ...taken, sentence: TOO_MANY, fields });
      const result = await visits.start(opened.link, c.req.param("token"), raw);
      switch (result.type) {
        case "started":
          tellStarted(opened, result.taskId);
          return answerStarted(c, result);
        case "budget-spent":
          return answerLater(c, opened, { ...result, sentence: SPENT, fields });
        case "unknown-app":
          return goneFor(c);
        default:
          return answerRefusedStart(c, opened, { raw, result });
      }
    })
    .get("/embed/apps/:token/badge.svg", async (c) => {
      const opened = await openApp(deps, c.req.param("token"));
      if (opened === null) return answerGone(c);
      const { rows } = await tasks.list({ app: opened.app.id, limit: 1 });
      setHeaders(c, { "Cross-Origin-Resource-Policy": "cross-origin" });
      return c.body(renderNow(<Badge status={rows[0]?.status ?? "none"} />), 200, {
        "Content-Type": "image/svg+xml",
        "Cache-Control": `public, max-age=${BADGE_SECONDS}`,
      });
    });

  async function openReadable(c: Context): Promise<OpenedApp | null> {
    const opened = await openApp(deps, c.req.param("token") ?? "");
    c.header("Cache-Control", "no-store");
    readableBy(c, deps, opened?.link.origins ?? null);
    return opened;
  }

  async function preflight(c: Context, method: "GET" | "POST"): Promise<Response> {
    const opened = await openApp(deps, c.req.param("token") ?? "");
    return answerPreflight(c, deps, { origins: opened?.link.origins ?? null, method });
  }

  function tellStarted({ app, link }: OpenedApp, taskId: string): void {
    const who = { kind: "link", id: link.id, name: `Link to ${app.definition.name}` } as const;
    const what = { kind: "task", id: taskId, name: app.definition.name } as const;
    audit.tell({ who, did: "task-run", what });
  }
}

const TOO_MANY = "Too many tasks were started here lately. Try again in a while";
const SPENT = "Today's tasks here have used all they may. Try again tomorrow";

interface StartedVisit {
  readonly token: string;
  readonly expiresAt: number;
}

/** To the task, as its visitor sees it. */
function answerStarted(c: Context, { token, expiresAt }: StartedVisit): Response {
  if (askerOf(c) === "page") return c.redirect(paths.embed.task(token), 303);
  c.header("Location", paths.embed.task(token));
  return c.json({ token, expiresAt: new Date(expiresAt).toISOString() }, 201);
}

function goneFor(c: Context): Response | Promise<Response> {
  return askerOf(c) === "page" ? answerGonePage(c) : answerGone(c);
}
