import type { Context } from "hono";
import { z } from "zod";

/** What Deno tells of a connection. */
const Connection = z.object({ remoteAddr: z.object({ hostname: z.string() }) });

/**
 * Where a request comes from, as an IP address; null where that is not known. `X-Forwarded-For` is
 * anybody's word but for its last entries, which the proxies have added that stand before the server.
 * Some add the port too, which is another one with each connection.
 */
export function addressOf(c: Context, trustedProxies: number): string | null {
  const named = trustedProxies === 0 ? [] : (c.req.header("X-Forwarded-For") ?? "").split(",");
  const forwarded = named.at(-trustedProxies)?.trim();
  if (forwarded !== undefined && forwarded !== "") return withoutPort(forwarded.slice(0, 100));
  return Connection.safeParse(c.env).data?.remoteAddr.hostname ?? null;
}

const WITH_PORT = /^(?:([\d.]+)|\[([^\]]*)\])(?::\d+)?$/;

function withoutPort(address: string): string {
  const [, ipv4, ipv6] = WITH_PORT.exec(address) ?? [];
  return ipv4 ?? ipv6 ?? address;
}
