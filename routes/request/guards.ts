import type { Context, MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";

/** Where Callboard knows to be reached. */
export interface Reach {
  /** Refuses requests that call this server by a name it does not know. */
  readonly isOwnNamesOnly: boolean;
  /** Where people reach it, such as `https://callboard.example.org`; null for where it listens. */
  readonly publicOrigin: string | null;
}

/** Reached under any name. */
export const ANYWHERE: Reach = { isOwnNamesOnly: false, publicOrigin: null };

/**
 * Refuses requests that call the server by somebody else's name. That is what a web site does that
 * points its own name at this machine, to pass for it in a visitor's browser (DNS rebinding). Such a
 * name is never `localhost`, nor an address.
 */
export function refuseOtherNames({ isOwnNamesOnly, publicOrigin }: Reach): MiddlewareHandler {
  const known = publicOrigin === null ? null : new URL(publicOrigin).hostname;
  return async function refuseOtherNames(c, next) {
    const hostname = parse(c.req.url)?.hostname ?? "";
    if (isOwnNamesOnly && hostname !== known && !isLocalName(hostname)) {
      throw new HTTPException(403, {
        message: `Cannot answer as "${hostname}": set PUBLIC_URL to the address people use`,
      });
    }
    await next();
  };
}

/**
 * Refuses changes that another web site makes a browser ask for (CSRF). Browsers say where a request
 * comes from in `Sec-Fetch-Site`, on plain HTTP in `Origin`; programs say neither, and carry nobody's
 * rights. (Valsorda, "Cross-Site Request Forgery", 2025.)
 *
 * @param isAllowed Whether what another site sends is taken all the same.
 */
export function refuseOtherSites(
  { publicOrigin }: Reach,
  isAllowed: (c: Context) => Promise<boolean> = () => Promise.resolve(false),
): MiddlewareHandler {
  return async function refuseOtherSites(c, next) {
    const isSafe = ["GET", "HEAD", "OPTIONS"].includes(c.req.method);
    if (!isSafe && !comesFromHere(c.req.raw, publicOrigin) && !await isAllowed(c)) {
      throw new HTTPException(403, { message: "Cannot take this: another web site has sent it" });
    }
    await next();
  };
}

function comesFromHere({ url, headers }: Request, publicOrigin: string | null): boolean {
  const origin = headers.get("Origin");
  if (origin !== null && origin === publicOrigin) return true;
  const site = headers.get("Sec-Fetch-Site");
  if (site !== null) return site === "same-origin" || site === "none";
  return origin === null || hasHostOf(origin, url);
}

/** Whether a page of this origin is one of ours. */
export function isOwnOrigin(
  origin: string,
  url: string,
  { publicOrigin }: Reach = ANYWHERE,
): boolean {
  return origin === publicOrigin || hasHostOf(origin, url);
}

function hasHostOf(origin: string, url: string): boolean {
  return parse(origin) !== null && parse(origin)?.host === parse(url)?.host;
}

/** Null for what a request can hold that is no URL: its `Host` may be anything. */
function parse(url: string): URL | null {
  return URL.canParse(url) ? new URL(url) : null;
}

function isLocalName(hostname: string): boolean {
  return hostname === "localhost" || hostname.endsWith(".localhost") ||
    hostname.startsWith("[") || /^\d+(\.\d+){3}$/.test(hostname);
}

/**
 * Answers HEAD with the length that GET would have. Hono throws the body away unread, which would
 * leave the reader of a stream here for ever.
 */
export const answerHead: MiddlewareHandler = async function answerHead(c, next) {
  await next();
  if (c.req.method !== "HEAD") return; // Others' bodies are not looked at: that makes streams of them.
  const { body, headers } = c.res;
  if (body === null) return;
  if (headers.get("Content-Type")?.startsWith("text/event-stream")) return await body.cancel();
  headers.set("Content-Length", String((await c.res.arrayBuffer()).byteLength));
};
