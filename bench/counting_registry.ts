import { once } from "node:events";
import { createServer, type IncomingMessage, request as requestPlain } from "node:http";
import { request as requestSecure } from "node:https";

/** A stand-in on loopback for the package registry: it passes everything on, and counts. */
export interface CountingRegistry {
  /** For `NPM_CONFIG_REGISTRY`. */
  readonly url: string;
  /** Bytes of the answers so far, bodies as they were encoded, with their headers. */
  readonly received: ReceivedBytes;
  close(): void;
}

export interface ReceivedBytes {
  /** Archives of packages. */
  packages: number;
  /** What the registry tells of packages: all their versions. Not every registry compresses it. */
  index: number;
}

/** @param upstream Base URL of the registry itself. */
export async function startCountingRegistry(upstream: URL): Promise<CountingRegistry> {
  const received: ReceivedBytes = { packages: 0, index: 0 };
  const server = createServer(async (asked, answer) => {
    const path = asked.url ?? "/";
    const kind = path.endsWith(".tgz") ? "packages" : "index";
    try {
      const found = await passOn(asked, new URL(`.${path}`, upstream));
      received[kind] += found.rawHeaders.join("").length;
      found.on("data", (bytes) => received[kind] += bytes.length);
      answer.writeHead(found.statusCode ?? 502, found.rawHeaders);
      found.pipe(answer);
    } catch (error) {
      answer.writeHead(502);
      answer.end(String(error));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("Cannot count: no port");
  return {
    url: `http://127.0.0.1:${address.port}/`,
    received,
    close: () => void server.close().closeAllConnections(),
  };
}

function passOn({ headers, method }: IncomingMessage, url: URL): Promise<IncomingMessage> {
  const { host: _, connection: __, ...kept } = headers;
  const send = url.protocol === "https:" ? requestSecure : requestPlain;
  return new Promise((resolve, reject) => {
    send(url, { method, headers: kept }, resolve).on("error", reject).end();
  });
}

/**
 * The registry this Deno is set to, or else the one that its packages came from: their folder in the
 * cache bears its name.
 */
export function ownRegistry(): URL {
  const set = Deno.env.get("NPM_CONFIG_REGISTRY");
  if (set) return new URL(set.replace(/\/?$/, "/"));
  const [, host] = /\/npm\/([\w.-]+)\/zod\//.exec(import.meta.resolve("zod")) ?? [];
  if (host === undefined) {
    throw new Error("Cannot tell which registry packages come from: set NPM_CONFIG_REGISTRY");
  }
  return new URL(`https://${host}/`);
}
