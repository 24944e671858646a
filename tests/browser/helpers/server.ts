import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const FIRST_LINE = /^Callboard listens on (http:\/\/127\.0\.0\.1:(\d+))\/?$/;

/** Most time between the start of the process and its first line, in milliseconds. */
const START_LIMIT_MS = 60_000;

/** Settings of the server under test, besides `PORT`, `HOST` and `KV_PATH`. */
export type Settings = Readonly<Record<string, string>>;

/** The real `main.ts` in a process of its own, on a random port of loopback and a KV file of its own. */
export interface Server {
  /** Such as `http://127.0.0.1:41234`; stays the same through restarts. */
  readonly origin: string;
  /** The KV file, for a test that opens it while the process is stopped. */
  readonly database: string;
  /** Everything the processes have written to stderr so far. */
  readonly errors: () => string;
  /** Ends the process by SIGTERM, as a service manager does. */
  stop(): Promise<void>;
  /** Ends the process by SIGKILL, as a crash does. */
  kill(): Promise<void>;
  /** Starts a process on the same port and KV file. */
  start(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

interface Running {
  readonly child: Deno.ChildProcess;
  readonly origin: string;
  readonly port: string;
}

/** @throws where the process ends, or says nothing, before it listens */
export async function startServer(settings: Settings = {}): Promise<Server> {
  const folder = await Deno.makeTempDir({ prefix: "callboard-" });
  const database = join(folder, "kv.sqlite3");
  const errors: string[] = [];
  const run = (port: string) =>
    startProcess({ ...settings, PORT: port, KV_PATH: database }, errors);
  const { origin, port, child } = await run("0");
  let running: Deno.ChildProcess | null = child;

  async function end(signal: Deno.Signal): Promise<void> {
    const ending = running;
    running = null;
    if (ending === null) return;
    ending.kill(signal);
    await ending.status;
  }

  return {
    origin,
    database,
    errors: () => errors.join(""),
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
    start: async () => void (running = (await run(port)).child),
    [Symbol.asyncDispose]: async () => {
      await end("SIGKILL");
      await Deno.remove(folder, { recursive: true });
    },
  };
}

async function startProcess(
  settings: Settings,
  errors: string[],
): Promise<Running> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", ...await startPermissions(), "main.ts"],
    cwd: ROOT,
    clearEnv: true,
    env: { ...inherited(), ...settings },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  collect(child.stderr, errors);
  try {
    const line = await firstLine(child.stdout);
    const [, origin, port] = FIRST_LINE.exec(line) ?? [];
    if (origin !== undefined && port !== undefined) {
      return { child, origin, port };
    }
    throw new Error(`Cannot start main.ts: its first line is "${line}"`);
  } catch (error) {
    child.kill("SIGKILL");
    await child.status;
    throw new Error(
      `${error instanceof Error ? error.message : error}\n${errors.join("")}`,
    );
  }
}

/** The permissions that `deno task start` gives, and no other. */
async function startPermissions(): Promise<string[]> {
  const config = z.object({ tasks: z.object({ start: z.string() }) })
    .parse(JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json"))));
  return config.tasks.start.split(" ").filter((word) => /^--(allow|deny)-/.test(word));
}

/** What a process needs to start at all; no setting of this machine reaches the server. */
function inherited(): Record<string, string> {
  const names = [
    "PATH",
    "HOME",
    "TMPDIR",
    "DENO_DIR",
    "DENO_TLS_CA_STORE",
    "NPM_CONFIG_REGISTRY",
    "NODE_EXTRA_CA_CERTS",
    "SSL_CERT_FILE",
  ];
  const present = names.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(present);
}

/** Reads the first line; what follows is read too, so that the pipe never fills. */
function firstLine(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(
      () =>
        reject(
          new Error(`Cannot start main.ts: no line after ${START_LIMIT_MS} ms`),
        ),
      START_LIMIT_MS,
    );
    let text = "";
    const found = () => {
      clearTimeout(limit);
      resolve(text.split("\n")[0] ?? "");
    };
    stream.pipeThrough(new TextDecoderStream()).pipeTo(
      new WritableStream({
        write(part) {
          if (!text.includes("\n")) text += part;
          if (text.includes("\n")) found();
        },
      }),
    ).then(found, reject);
  });
}

function collect(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  into: string[],
): void {
  const sink = new WritableStream<string>({
    write: (part) => void into.push(part),
  });
  stream.pipeThrough(new TextDecoderStream()).pipeTo(sink).catch((error) => into.push(`${error}`));
}
