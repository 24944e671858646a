import { fileURLToPath } from "node:url";
import { Delivery, type ReaderOrder } from "./reader_orders.ts";

const PROGRAM = fileURLToPath(new URL("reader_program.ts", import.meta.url));

/** Readers of event streams, in a process of their own. */
export interface ReaderProcess {
  readonly pid: number;
  /** Opens so many streams more. Those that stall are never read from. */
  connect(stream: Stream, count: number, isStalled?: boolean): Promise<void>;
  /** The next message, when every reader that reads has it. */
  receive(): Promise<Delivery>;
  stop(): Promise<void>;
}

/** Where a stream is read. */
export interface Stream {
  readonly origin: string;
  readonly path: string;
}

export function startReaders(): ReaderProcess {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-net", PROGRAM],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const writer = child.stdin.getWriter();
  const answers = linesOf(child.stdout);
  const encoder = new TextEncoder();

  async function order(order: ReaderOrder): Promise<unknown> {
    await writer.write(encoder.encode(`${JSON.stringify(order)}\n`));
    const { done, value } = await answers.next();
    if (done) throw new Error("Cannot read streams: the readers' process has ended");
    return JSON.parse(value);
  }

  return {
    pid: child.pid,
    async connect({ origin, path }, count, isStalled = false) {
      await order({ type: "connect", origin, path, count, isStalled });
    },
    receive: async () => Delivery.parse(await order({ type: "receive" })),
    async stop() {
      child.kill("SIGTERM");
      await child.status;
      await writer.abort().catch(() => {});
      await answers.return(undefined);
    },
  };
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, undefined> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
}
