import { connect, createServer, type Socket } from "node:net";
import { once } from "node:events";

/** A proxy on loopback that counts what comes in from outside. */
export interface CountingProxy {
  /** For `HTTPS_PROXY`. */
  readonly url: string;
  /** Bytes received from outside so far, with what HTTP and TLS add to them. */
  receivedBytes(): number;
  close(): void;
}

/** `host:port` of a request to be connected (RFC 9110, section 9.3.6). */
const CONNECT = /^CONNECT (?:\[([^\]]+)\]|([^:\s]+)):(\d+) HTTP\/1\.1\r\n/;

/** It passes connections on as they are, encrypted, and needs to know no name beforehand. */
export async function startCountingProxy(): Promise<CountingProxy> {
  let received = 0;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    open.add(client);
    client.on("error", () => client.destroy());
    readHead(client, (host, port) => {
      const upstream = connect({ host, port }, () => {
        client.write("HTTP/1.1 200 Connection established\r\n\r\n");
        client.pipe(upstream).pipe(client);
      });
      open.add(upstream);
      upstream.on("data", (bytes) => received += bytes.length);
      upstream.on("error", () => client.destroy());
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("Cannot count: no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    receivedBytes: () => received,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** A client sends nothing after the head before it is answered. */
function readHead(client: Socket, onConnect: (host: string, port: number) => void): void {
  let head = "";
  const read = (bytes: Uint8Array) => {
    head += new TextDecoder().decode(bytes);
    if (!head.includes("\r\n\r\n")) return;
    client.off("data", read);
    client.pause();
    const [, six, name, port] = CONNECT.exec(head) ?? [];
    const host = six ?? name;
    if (host === undefined) client.end("HTTP/1.1 405 Method Not Allowed\r\n\r\n");
    else onConnect(host, Number(port));
  };
  client.on("data", read);
}
