import { Hono, type MiddlewareHandler } from "hono";
import type { Deps } from "../deps.ts";
import { setHeaders } from "../policy.ts";
import type { SharedAnswers } from "./shared_answers.tsx";

/** What a link shows to whoever has it. It is loaded when it is first asked for. */
export function sharedRoutes(deps: Deps): Hono {
  let answers: Promise<SharedAnswers> | undefined;
  const load = () => answers ??= loadAnswers(deps);

  return new Hono()
    .get("/s/:token", keepToThemselves, async (c) => (await load()).page(c, c.req.param("token")))
    .get("/s/:token/events", keepToThemselves, async (c) => {
      return (await load()).events(c, c.req.param("token"));
    })
    .get("/s/:token/outputs/:name", keepToThemselves, async (c) => {
      const { token, name } = c.req.param();
      return (await load()).output(c, token, name);
    })
    .get("/s/*", keepToThemselves, async (c) => (await load()).gone(c));
}

/** Neither search engines nor the sites that a page links to are to learn of the link. */
const keepToThemselves: MiddlewareHandler = async function keepToThemselves(c, next) {
  setHeaders(c, { "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex" });
  await next();
};

async function loadAnswers(deps: Deps): Promise<SharedAnswers> {
  return (await import("./shared_answers.tsx")).createSharedAnswers(deps);
}
