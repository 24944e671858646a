import { type Context, Hono } from "hono";
import { limitBody } from "../request/body_limit.ts";
import type { Deps } from "../deps.ts";
import { paths } from "../paths.ts";
import { setHeaders } from "../policy.ts";
import { MAX_INPUTS_MEBIBYTES } from "../tasks/started.ts";
import type { EmbedAnswers } from "./answers.ts";

/** All that pages of other sites load from here. What answers is loaded when it is first asked for. */
export function embedRoutes(deps: Deps): Hono {
  let answers: Promise<EmbedAnswers> | undefined;
  const load = () => answers ??= loadAnswers(deps);
  const answer = (pick: (all: EmbedAnswers, c: Context) => Response | Promise<Response>) => {
    return async (c: Context) => {
      // Search engines are to find the page that shows it, and not what that is made of.
      setHeaders(c, { "X-Robots-Tag": "noindex" });
      return pick(await load(), c);
    };
  };

  return new Hono()
    .get(paths.embed.script(), answer(({ files }, c) => files(c, "script")))
    .get(paths.embed.stylesheet(), answer(({ files }, c) => files(c, "stylesheet")))
    .get(paths.embed.page(), answer(({ files }, c) => files(c, "page")))
    .get("/embed/tasks/:token", answer(({ tasks }, c) => tasks.page(c)))
    .get("/embed/tasks/:token/fragment", answer(({ tasks }, c) => tasks.fragment(c)))
    .options("/embed/tasks/:token/fragment", answer(({ tasks }, c) => tasks.preflight(c)))
    .get("/embed/tasks/:token/events", answer(({ tasks }, c) => tasks.events(c)))
    .options("/embed/tasks/:token/events", answer(({ tasks }, c) => tasks.preflight(c)))
    .get("/embed/tasks/:token/outputs/:name", answer(({ tasks }, c) => tasks.output(c)))
    .get("/embed/apps/:token", answer(({ apps }, c) => apps.page(c)))
    .get("/embed/apps/:token/fragment", answer(({ apps }, c) => apps.fragment(c)))
    .options("/embed/apps/:token/fragment", answer(({ apps }, c) => apps.preflight(c, "GET")))
    .post(
      "/embed/apps/:token/tasks",
      limitBody(MAX_INPUTS_MEBIBYTES),
      answer(({ apps }, c) => apps.start(c)),
    )
    .options("/embed/apps/:token/tasks", answer(({ apps }, c) => apps.preflight(c, "POST")))
    .get("/embed/apps/:token/badge.svg", answer(({ apps }, c) => apps.badge(c)))
    .get("/embed/badges/:name", answer(({ apps }, c) => apps.badge(c)))
    .get("/oembed", answer(({ oEmbed }, c) => oEmbed(c)));
}

async function loadAnswers(deps: Deps): Promise<EmbedAnswers> {
  return (await import("./answers.ts")).createEmbedAnswers(deps);
}
