import { join } from "node:path";

/** A denokv of its own on loopback, which can be killed and started again on its database. */
export interface DenokvServer extends AsyncDisposable {
  /** As `KV_PATH` and `DENO_KV_ACCESS_TOKEN` take it. */
  readonly settings: { readonly KV_PATH: string; readonly DENO_KV_ACCESS_TOKEN: string };
  /** Its SQLite file. */
  readonly file: string;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
  /** Resolves when it answers. */
  start(): Promise<void>;
}

export async function startDenokv(): Promise<DenokvServer> {
  const program = Deno.env.get("CALLBOARD_TEST_DENOKV");
  if (program === undefined) throw new Error("Run these tests by: deno task test:cluster");
  const folder = await Deno.makeTempDir({ prefix: "denokv-" });
  const file = join(folder, "kv.sqlite3");
  const address = `127.0.0.1:${freePort()}`;
  const token = crypto.randomUUID();
  let child: Deno.ChildProcess | null = null;

  async function start(): Promise<void> {
    const started = new Deno.Command(program ?? "", {
      args: ["--sqlite-path", file, "serve", "--addr", address],
      env: { DENO_KV_ACCESS_TOKEN: token },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    child = started;
    let code: number | null = null;
    started.status.then((status) => code = status.code);
    while (!await answers(address)) {
      if (code !== null) throw new Error(`Cannot start "${program}": it ended with code ${code}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async function kill(): Promise<void> {
    child?.kill("SIGKILL");
    await child?.status;
    child = null;
  }

  await start();
  return {
    settings: { KV_PATH: `http://${address}`, DENO_KV_ACCESS_TOKEN: token },
    file,
    start,
    kill,
    async [Symbol.asyncDispose]() {
      await kill();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function answers(address: string): Promise<boolean> {
  try {
    await (await fetch(`http://${address}`)).body?.cancel();
    return true;
  } catch {
    return false;
  }
}
