import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { Deps } from "../deps.ts";
import { isOwnOrigin } from "../request/guards.ts";
import { setHeaders } from "../policy.ts";

/** How long browsers remember what a site may ask, in seconds. */
const PREFLIGHT_SECONDS = 600;

/**
 * Lets pages of these sites read the answer (CORS). What opens nothing says so to every site.
 *
 * @param origins Null where the token opens nothing.
 * @throws {HTTPException} 403 for a page of another site.
 */
export function readableBy(c: Context, deps: Deps, origins: readonly string[] | null): void {
  c.header("Vary", "Origin", { append: true });
  const origin = otherSiteOf(c, deps);
  if (origin === null) return;
  if (origins !== null && !origins.includes(origin)) {
    throw new HTTPException(403, { message: `Cannot show this on "${origin}": it is not allowed` });
  }
  setHeaders(c, {
    "Access-Control-Allow-Origin": origins === null ? "*" : origin,
    "Access-Control-Expose-Headers": "Retry-After",
  });
}

/**
 * The other web site whose page asks for something; null where nobody says so, as pages of this one
 * do not, such as those in iframes.
 */
export function otherSiteOf(c: Context, { reach }: Pick<Deps, "reach">): string | null {
  const origin = c.req.header("Origin");
  return origin === undefined || isOwnOrigin(origin, c.req.url, reach) ? null : origin;
}

/** Answers what a browser asks before it sends headers of its own, as htmx does. */
export function answerPreflight(
  c: Context,
  deps: Deps,
  { origins, method }: { origins: readonly string[] | null; method: "GET" | "POST" },
): Response {
  readableBy(c, deps, origins);
  setHeaders(c, {
    "Access-Control-Allow-Methods": method,
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": String(PREFLIGHT_SECONDS),
  });
  return c.body(null, 204);
}

/** Lets these sites, and this one, hold the page in a frame; it loads nothing from elsewhere. */
export function framedBy(c: Context, origins: readonly string[]): void {
  c.header("Cache-Control", "no-store");
  setHeaders(c, {
    "Content-Security-Policy": [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
      "form-action 'self'",
      "base-uri 'none'",
      `frame-ancestors ${["'self'", ...origins].join(" ")}`,
    ].join("; "),
    "X-Frame-Options": null,
  });
}
