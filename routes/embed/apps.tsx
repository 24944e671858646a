import type { Context } from "hono";
import type { FormSource } from "../../executor/mod.ts";
import { Badge } from "../../views/embed/badge.tsx";
import { renderNow } from "../../views/render.ts";
import type { Deps } from "../deps.ts";
import { paths } from "../paths.ts";
import { setHeaders } from "../policy.ts";
import { readInputs } from "../request/sent_inputs.ts";
import { oEmbedUrlOf, siteOrigin } from "../request/site_origin.ts";
import { countView } from "../share/count_view.ts";
import { answerLater, answerRefusedStart, appFragment, appPage, askerOf } from "./app_form.tsx";
import { answerPreflight, otherSiteOf, readableBy } from "./cross_origin.ts";
import { answerGone, answerGonePage } from "./gone.tsx";
import { openApp, openBadge, type OpenedApp } from "./opened.ts";
import { takeStart, takeTry } from "./visit_limits.ts";

/** Seconds a badge may be kept: pages show it to many. */
const BADGE_SECONDS = 60;

/** Apps on other sites: a form that runs one, and a badge that says how its last task stands. */
export interface EmbedAppAnswers {
  page(c: Context): Promise<Response>;
  fragment(c: Context): Promise<Response>;
  start(c: Context): Promise<Response>;
  badge(c: Context): Promise<Response>;
  preflight(c: Context, method: "GET" | "POST"): Promise<Response>;
}

export function createAppAnswers(deps: Deps): EmbedAppAnswers {
  const { visits, audit, tasks } = deps.executor;
  return {
    async page(c) {
      const opened = await openApp(deps, tokenOf(c));
      if (opened === null) return answerGonePage(c);
      countView(c, deps, opened.link);
      const oEmbedUrl = oEmbedUrlOf(siteOrigin(c, deps), paths.embed.app(opened.token));
      return c.html(appPage(c, opened, { source: filledIn(c), oEmbedUrl }));
    },

    async fragment(c) {
      const opened = await openReadable(c);
      if (opened === null) return answerGone(c);
      if (otherSiteOf(c, deps) !== null) countView(c, deps, opened.link);
      return c.html(appFragment(opened, { source: filledIn(c) }));
    },

    async start(c) {
      const opened = await openReadable(c);
      if (opened === null) return goneFor(c);
      const raw = await readInputs(c);
      const fields = raw.source === "form" ? raw.fields : new Map<string, string>();
      const { link, token } = opened;
      const tried = await takeTry(c, deps, link);
      if (!tried.ok) return answerLater(c, opened, { ...tried, sentence: SENT, fields });
      const take = () => takeStart(c, deps, link);
      const result = await visits.start(link, token, { raw, take });
      switch (result.type) {
        case "started":
          tellStarted(opened, result.taskId);
          return answerStarted(c, result);
        case "too-often":
          return answerLater(c, opened, { ...result, sentence: STARTED, fields });
        case "budget-spent":
          return answerLater(c, opened, { ...result, sentence: SPENT, fields });
        case "too-many-running":
          return answerLater(c, opened, { ...result, sentence: RUNNING, fields });
        case "unknown-app":
          return goneFor(c);
        default:
          return answerRefusedStart(c, opened, { raw, result });
      }
    },

    async badge(c) {
      const name = c.req.param("name");
      const opened = name === undefined
        ? await openApp(deps, tokenOf(c))
        : await openBadge(deps, name.replace(/\.svg$/, ""));
      if (opened === null) return answerGone(c);
      const { rows } = await tasks.list({ app: opened.app.id, limit: 1 });
      setHeaders(c, { "Cross-Origin-Resource-Policy": "cross-origin" });
      return c.body(renderNow(<Badge status={rows[0]?.status ?? "none"} />), 200, {
        "Content-Type": "image/svg+xml",
        "Cache-Control": `public, max-age=${BADGE_SECONDS}`,
      });
    },

    async preflight(c, method) {
      const opened = await openApp(deps, tokenOf(c));
      return answerPreflight(c, deps, { origins: opened?.link.origins ?? null, method });
    },
  };

  async function openReadable(c: Context): Promise<OpenedApp | null> {
    const opened = await openApp(deps, tokenOf(c));
    c.header("Cache-Control", "no-store");
    readableBy(c, deps, opened?.link.origins ?? null);
    return opened;
  }

  function tellStarted({ app, link }: OpenedApp, taskId: string): void {
    const who = { kind: "link", id: link.id, name: `Link to ${app.definition.name}` } as const;
    const what = { kind: "task", id: taskId, name: app.definition.name } as const;
    audit.tell({ who, did: "task-run", what });
  }
}

const SENT = "This form was sent too often lately. Try again in a while";
const STARTED = "Too many tasks were started here lately. Try again in a while";
const RUNNING = "As many tasks run here as may at once. Try again in a while";
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

/** By its query, as the Playground is. */
function filledIn(c: Context): FormSource {
  return { from: "query", fields: new Map(Object.entries(c.req.query())) };
}

function tokenOf(c: Context): string {
  return c.req.param("token") ?? "";
}
