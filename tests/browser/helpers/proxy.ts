/** A TCP proxy in front of a server, whose connections a test cuts. */
export interface Proxy {
  readonly origin: string;
  /** Cuts every connection, and refuses new ones until {@link Proxy.mend}. */
  cut(): void;
  /** Lets new connections through again. */
  mend(): void;
  [Symbol.dispose](): void;
}

/** Stands between a browser and the server at this origin. */
export function startProxy(target: string): Proxy {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.Conn>();
  let isCut = false;
  const closeAll = () => {
    for (const connection of open) closeOne(connection);
    open.clear();
  };
  const accept = async () => {
    for await (const client of listener) {
      if (isCut) closeOne(client);
      else connect(client, Number(new URL(target).port), open);
    }
  };
  accept();
  return {
    origin: `http://127.0.0.1:${listener.addr.port}`,
    cut() {
      isCut = true;
      closeAll();
    },
    mend: () => void (isCut = false),
    [Symbol.dispose]() {
      listener.close();
      closeAll();
    },
  };
}

async function connect(client: Deno.Conn, port: number, open: Set<Deno.Conn>): Promise<void> {
  open.add(client);
  try {
    const server = await Deno.connect({ hostname: "127.0.0.1", port });
    open.add(server);
    await Promise.race([pass(client, server), pass(server, client)]);
    closeOne(server);
    open.delete(server);
  } catch {
    // The server is not there: to the browser the connection ends, as it should.
  }
  closeOne(client);
  open.delete(client);
}

async function pass(from: Deno.Conn, to: Deno.Conn): Promise<void> {
  await from.readable.pipeTo(to.writable).catch(() => {});
}

function closeOne(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}
