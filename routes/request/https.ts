import type { Context, MiddlewareHandler } from "hono";
import type { Deps } from "../deps.ts";

/** How long a browser asks for nothing but https, in seconds: 180 days. */
const KEPT_SECONDS = 180 * 24 * 60 * 60;

/** How people reach the server. */
export type Way = Pick<Deps, "reach" | "trustedProxies">;

/** Whether the browser speaks https, also where a proxy before the server does so for it. */
export function isOverHttps(c: Context, { reach, trustedProxies = 0 }: Way): boolean {
  const publicOrigin = reach?.publicOrigin ?? null;
  if (publicOrigin !== null) return publicOrigin.startsWith("https:");
  if (c.req.url.startsWith("https:")) return true;
  return trustedProxies > 0 && forwardedScheme(c, trustedProxies) === "https";
}

/** As the first proxy says that is ours: those behind it may speak plain http with each other. */
function forwardedScheme(c: Context, trustedProxies: number): string | undefined {
  const named = (c.req.header("X-Forwarded-Proto") ?? "").split(",");
  return (named.at(-trustedProxies) ?? named[0])?.trim().toLowerCase();
}

/** Tells browsers that have come over https to come so from then on (HSTS, RFC 6797), and no others. */
export function keepToHttps(way: Way): MiddlewareHandler {
  return async function keepToHttps(c, next) {
    await next();
    if (!isOverHttps(c, way)) return;
    c.res.headers.set("Strict-Transport-Security", `max-age=${KEPT_SECONDS}`);
  };
}
