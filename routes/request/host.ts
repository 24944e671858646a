import type { MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import { quoted } from "./quoted.ts";

/** A name, an IPv4 address or one of IPv6 in brackets, and a port. */
const HOST = /^([\w.-]+|\[[\da-f:.]+\])(:\d*)?$/i;
const AUTHORITY = /^https?:\/\/([^/?#]*)/;

/**
 * Answers 400 to a request whose `Host`, or the host in its first line, is none. The server puts it
 * before the path, unread, to make the URL of a request: with a slash in it, it would choose the path.
 */
export const refuseOddHosts: MiddlewareHandler = async function refuseOddHosts(c, next) {
  const { url } = c.req.raw;
  const [, authority = ""] = AUTHORITY.exec(url) ?? [];
  const wrong = [c.req.header("Host") || authority, authority].find((host) => !HOST.test(host));
  if (wrong !== undefined || !URL.canParse(url)) {
    throw new HTTPException(400, {
      message: `Cannot answer as ${quoted(wrong ?? authority)}: the Host of a request has to be ` +
        `a name or an address, with or without a port`,
    });
  }
  await next();
};
