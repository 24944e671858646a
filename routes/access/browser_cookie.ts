import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import type { Deps } from "../deps.ts";
import { isOverHttps } from "../request/https.ts";

const NAME = "callboard_browser";
const MAX_AGE_SECONDS = 180 * 24 * 60 * 60;

/** What names the browser of a request where it has signed in before; else null. */
export async function knownBrowser(c: Context, deps: Deps): Promise<string | null> {
  const secret = readCookie(c, deps);
  return secret === undefined ? null : await deps.executor.access.browsers.find(secret);
}

/** Knows the browser of a request from now on, when its session has ended too. */
export async function rememberBrowser(c: Context, deps: Deps): Promise<void> {
  const secret = await deps.executor.access.browsers.keep(readCookie(c, deps));
  setCookie(c, NAME, secret, {
    ...(isOverHttps(c, deps) && { prefix: "host" as const, secure: true }),
    path: "/",
    httpOnly: true,
    sameSite: "Strict",
    maxAge: MAX_AGE_SECONDS,
  });
}

function readCookie(c: Context, deps: Deps): string | undefined {
  return isOverHttps(c, deps) ? getCookie(c, NAME, "host") : getCookie(c, NAME);
}
