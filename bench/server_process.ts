/** A program that serves and says where in its first line, such as `Callboard listens on http://…`. */
export interface ServerProcess {
  /** Such as `http://127.0.0.1:41234`. */
  readonly origin: string;
  readonly pid: number;
  /** Ends it by SIGTERM. */
  stop(): Promise<void>;
}

const GOES_WELL = /^\S+ info /;
const ORIGIN = /http:\/\/127\.0\.0\.1:\d+/;

/**
 * Starts a program of this Deno on a free port.
 *
 * @throws {Error} when it ends, or says something else, before it listens.
 */
export async function startServer(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<ServerProcess> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    env: { ...env, HOST: "127.0.0.1", PORT: "0", NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  tellTroubles(child.stderr);
  const stop = async () => {
    child.kill("SIGTERM");
    await child.status;
  };
  const [line, rest] = await firstLine(child.stdout);
  const [origin] = ORIGIN.exec(line) ?? [];
  if (origin === undefined) {
    await stop().catch(() => {});
    throw new Error(`Cannot measure a server: its first line is "${line}", not where it listens`);
  }
  rest.pipeTo(new WritableStream()).catch(() => {});
  return { origin, pid: child.pid, stop };
}

/** Passes on what a server logs, but for what goes well. */
async function tellTroubles(log: ReadableStream<Uint8Array>): Promise<void> {
  let rest = "";
  for await (const text of log.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (!GOES_WELL.test(line)) console.error(line);
  }
  if (rest !== "") console.error(rest);
}

/** What comes up to the first line break, and the stream after it. */
async function firstLine(
  stream: ReadableStream<Uint8Array>,
): Promise<readonly [string, ReadableStream<string>]> {
  const text = stream.pipeThrough(new TextDecoderStream());
  const reader = text.getReader();
  let line = "";
  while (!line.includes("\n")) {
    const { done, value } = await reader.read();
    if (done) break;
    line += value;
  }
  reader.releaseLock();
  return [line.split("\n")[0] ?? "", text];
}
