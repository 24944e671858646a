import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PERMISSIONS = ["net", "env", "read", "write", "sys"].map((name) => `--allow-${name}`);
const LISTENS = /Callboard listens on (http:\/\/\S+)/;
/** Of this machine; nothing else of its environment reaches the process. */
const INHERITED = [
  "PATH",
  "HOME",
  "TMPDIR",
  "DENO_DIR",
  "DENO_TLS_CA_STORE",
  "NPM_CONFIG_REGISTRY",
  "NODE_EXTRA_CA_CERTS",
  "SSL_CERT_FILE",
];

/** `main.ts` in a process of its own. */
export interface CallboardProcess extends AsyncDisposable {
  /** Where it listens; rejects when it ends before it does. */
  readonly origin: Promise<string>;
  /** How it ended, and all it said on the way. */
  readonly ended: Promise<{ readonly code: number; readonly errors: string }>;
  kill(signal: Deno.Signal): void;
}

/** Starts `main.ts`, or another entry, on a free port of loopback with these settings alone. */
export function startCallboard(
  settings: Readonly<Record<string, string>>,
  entry = "main.ts",
): CallboardProcess {
  const inherited = INHERITED.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", ...PERMISSIONS, entry],
    cwd: ROOT,
    clearEnv: true,
    env: { ...Object.fromEntries(inherited), NO_COLOR: "1", PORT: "0", ...settings },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const said = textOf(child.stdout);
  const errors = textOf(child.stderr);
  const ended = Promise.all([child.status, errors.all, said.all])
    .then(([{ code }, all]) => ({ code, errors: all }));
  return {
    origin: said.first(LISTENS).catch(async () => {
      throw new Error(`Callboard did not start: ${await errors.all}`);
    }),
    ended,
    kill: (signal) => child.kill(signal),
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended already.
      }
      await ended;
    },
  };
}

/** Reads a stream to its end, so that its pipe never fills. */
function textOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
  let text = "";
  let look = () => {};
  const all = (async () => {
    for await (const part of stream.pipeThrough(new TextDecoderStream())) {
      text += part;
      look();
    }
    return text;
  })();
  return {
    all,
    /** The first group of the first match. */
    first(pattern: RegExp): Promise<string> {
      return new Promise((resolve, reject) => {
        look = () => {
          const [, found] = pattern.exec(text) ?? [];
          if (found !== undefined) resolve(found);
        };
        look();
        all.then(() => reject(new Error(`It never said ${pattern}`)), reject);
      });
    },
  };
}
