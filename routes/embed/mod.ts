import { Hono, type MiddlewareHandler } from "hono";
import { limitBody } from "../request/body_limit.ts";
import type { Deps } from "../deps.ts";
import { paths } from "../paths.ts";
import { setHeaders } from "../policy.ts";
import { MAX_INPUTS_MEBIBYTES } from "../tasks/started.ts";
import { createAppAnswers } from "./apps.tsx";
import { createFileAnswers } from "./embed_files.ts";
import { createOEmbed } from "./oembed.ts";
import { createTaskAnswers } from "./tasks.tsx";

/** All that pages of other sites load from here. */
export function embedRoutes(deps: Deps): Hono {
  const answerFile = createFileAnswers();
  const tasks = createTaskAnswers(deps);
  const apps = createAppAnswers(deps);

  return new Hono()
    .get(paths.embed.script(), unlisted, (c) => answerFile(c, "script"))
    .get(paths.embed.stylesheet(), unlisted, (c) => answerFile(c, "stylesheet"))
    .get(paths.embed.page(), unlisted, (c) => answerFile(c, "page"))
    .get("/embed/tasks/:token", unlisted, (c) => tasks.page(c))
    .get("/embed/tasks/:token/fragment", unlisted, (c) => tasks.fragment(c))
    .options("/embed/tasks/:token/fragment", unlisted, (c) => tasks.preflight(c))
    .get("/embed/tasks/:token/events", unlisted, (c) => tasks.events(c))
    .options("/embed/tasks/:token/events", unlisted, (c) => tasks.preflight(c))
    .get("/embed/tasks/:token/outputs/:name", unlisted, (c) => tasks.output(c))
    .get("/embed/apps/:token", unlisted, (c) => apps.page(c))
    .get("/embed/apps/:token/fragment", unlisted, (c) => apps.fragment(c))
    .options("/embed/apps/:token/fragment", unlisted, (c) => apps.preflight(c, "GET"))
    .post(
      "/embed/apps/:token/tasks",
      limitBody(MAX_INPUTS_MEBIBYTES),
      unlisted,
      (c) => apps.start(c),
    )
    .options("/embed/apps/:token/tasks", unlisted, (c) => apps.preflight(c, "POST"))
    .get("/embed/apps/:token/badge.svg", unlisted, (c) => apps.badge(c))
    .get("/embed/badges/:name", unlisted, (c) => apps.badge(c))
    .get("/oembed", unlisted, createOEmbed(deps));
}

/** Search engines are to find the page that shows it, and not what that is made of. */
const unlisted: MiddlewareHandler = async function unlisted(c, next) {
  setHeaders(c, { "X-Robots-Tag": "noindex" });
  await next();
};
