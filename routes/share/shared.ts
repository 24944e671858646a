import { Hono, type MiddlewareHandler } from "hono";
import type { Deps } from "../deps.ts";
import { setHeaders } from "../policy.ts";
import { createSharedAnswers } from "./shared_answers.tsx";

/** What a link shows to whoever has it. */
export function sharedRoutes(deps: Deps): Hono {
  const answers = createSharedAnswers(deps);
  return new Hono()
    .get("/s/:token", keepToThemselves, (c) => answers.page(c, c.req.param("token")))
    .get("/s/:token/events", keepToThemselves, (c) => {
      return answers.events(c, c.req.param("token"));
    })
    .get("/s/:token/outputs/:name", keepToThemselves, (c) => {
      const { token, name } = c.req.param();
      return answers.output(c, token, name);
    })
    .get("/s/*", keepToThemselves, (c) => answers.gone(c));
}

/** Neither search engines nor the sites that a page links to are to learn of the link. */
const keepToThemselves: MiddlewareHandler = async function keepToThemselves(c, next) {
  setHeaders(c, { "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex" });
  await next();
};
