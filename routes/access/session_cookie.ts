import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { Reach } from "../request/guards.ts";

const NAME = "callboard";
/** The longest a session can last; the server knows when it has ended before. */
const MAX_AGE_SECONDS = 30 * 24 * 60 * 60;

/** The secret of the session that a request shows; undefined where it shows none. */
export function readSessionCookie(c: Context, reach: Reach): string | undefined {
  return isOverHttps(c, reach) ? getCookie(c, NAME, "host") : getCookie(c, NAME);
}

/** Over https no other name of the site's domain can set it, nor plain http read it (`__Host-`). */
export function setSessionCookie(c: Context, reach: Reach, secret: string): void {
  setCookie(c, NAME, secret, {
    ...(isOverHttps(c, reach) && { prefix: "host" as const, secure: true }),
    path: "/",
    httpOnly: true,
    sameSite: "Lax",
    maxAge: MAX_AGE_SECONDS,
  });
}

export function clearSessionCookie(c: Context, reach: Reach): void {
  if (isOverHttps(c, reach)) deleteCookie(c, `__Host-${NAME}`, { path: "/", secure: true });
  else deleteCookie(c, NAME, { path: "/" });
}

/** Whether the browser speaks https, also where a proxy before the server does so for it. */
export function isOverHttps(c: Context, { publicOrigin }: Reach): boolean {
  return publicOrigin === null ? c.req.url.startsWith("https:") : publicOrigin.startsWith("https:");
}
