import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import { HTTPException } from "hono/http-exception";
import type { PageContext, Reader } from "../../views/page_context.ts";
import { isTimeZone } from "../../views/time_parts.ts";
import { identityOf, may } from "../access/identity.ts";
import type { Deps } from "../deps.ts";
import { weightOf } from "./accept.ts";
import { quoted } from "./quoted.ts";

const JSON_TYPES = ["application/json", "application/problem+json"];

/** Whether htmx asks for a fragment. A selection from a page, or one from history, wants it whole. */
export function wantsFragment(c: Context): boolean {
  return c.req.header("HX-Request") === "true" &&
    c.req.header("HX-Request-Type") !== "full" &&
    c.req.header("HX-History-Restore-Request") === undefined;
}

/** Whether the client prefers JSON to HTML; one that takes anything is a browser, or as good as one. */
export function wantsJson(c: Context): boolean {
  const accept = c.req.header("Accept") ?? "";
  const json = JSON_TYPES.map((type) => weightOf(accept, type));
  return Math.max(...json) > weightOf(accept, "text/html");
}

/** Whether the request's body is JSON. */
export function sendsJson(c: Context): boolean {
  return /^application\/json\s*(;|$)/i.test(c.req.header("Content-Type") ?? "");
}

/** Whether a request that may do without a body has one; an empty form is one. */
export async function hasBody(c: Context): Promise<boolean> {
  const mayBeNone = c.req.header("Content-Type") === undefined || sendsJson(c);
  return !mayBeNone || (await readBody(c)).byteLength > 0;
}

/**
 * The bytes of the request's body.
 *
 * @throws {HTTPException} 415 where they are compressed: nothing here bounds what they would grow to
 * (RFC 9110, 15.5.16).
 */
export async function readBody(c: Context): Promise<ArrayBuffer> {
  const coding = c.req.header("Content-Encoding")?.trim() ?? "";
  if (coding !== "" && coding.toLowerCase() !== "identity") {
    c.header("Accept-Encoding", "identity");
    throw new HTTPException(415, {
      message: `Cannot read a body that is encoded as ${quoted(coding)}: send it without`,
    });
  }
  return await c.req.arrayBuffer();
}

/** What every page needs; the reader's time zone comes from a cookie their browser set. */
export function pageContext(c: Context, { now, staticFiles }: Deps): PageContext {
  const timeZone = getCookie(c, "tz") ?? "UTC";
  return {
    now: now(),
    timeZone: isTimeZone(timeZone) ? timeZone : "UTC",
    assets: staticFiles.assets,
    reader: readerOf(c),
  };
}

/** Whom an answer is for. */
export function readerOf(c: Context): Reader {
  const identity = identityOf(c);
  return {
    name: identity.type === "person" ? identity.name : null,
    may: {
      read: may(identity, "read"),
      run: may(identity, "run"),
      edit: may(identity, "edit"),
      own: may(identity, "own"),
      admin: may(identity, "admin"),
    },
  };
}
