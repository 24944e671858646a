import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { isOverHttps, type Way } from "../request/https.ts";

const NAME = "callboard";
/** The longest a session can last; the server knows when it has ended before. */
const MAX_AGE_SECONDS = 30 * 24 * 60 * 60;

/** The secret of the session that a request shows; undefined where it shows none. */
export function readSessionCookie(c: Context, way: Way): string | undefined {
  return isOverHttps(c, way) ? getCookie(c, NAME, "host") : getCookie(c, NAME);
}

/** Over https no other name of the site's domain can set it, nor plain http read it (`__Host-`). */
export function setSessionCookie(c: Context, way: Way, secret: string): void {
  setCookie(c, NAME, secret, {
    ...(isOverHttps(c, way) && { prefix: "host" as const, secure: true }),
    path: "/",
    httpOnly: true,
    sameSite: "Lax",
    maxAge: MAX_AGE_SECONDS,
  });
}

export function clearSessionCookie(c: Context, way: Way): void {
  if (isOverHttps(c, way)) deleteCookie(c, `__Host-${NAME}`, { path: "/", secure: true });
  else deleteCookie(c, NAME, { path: "/" });
}
