import { connect } from "node:net";

/** A program that serves on the port in `PORT`. */
export interface Program {
  /** Arguments of `deno`. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly path: string;
}

/** How one start of a program went. */
export interface Start {
  /** From before the process was made until the page had been read whole. */
  readonly firstPageMs: number;
  /** Processor time of all its threads until then: what noise from other processes changes least. */
  readonly cpuMs: number;
  /** Memory right after that. */
  readonly memory: Memory;
}

/** In MB (2^20 bytes); NaN where the system does not tell. */
export interface Memory {
  /** Proportional set size: what is shared with other processes, such as Deno itself, in parts. */
  readonly pss: number;
  /** Resident set size: what is shared counted whole, as where no other Deno runs. */
  readonly rss: number;
}

const LIMIT_MS = 30_000;
const PAUSE_MS = 1;

/**
 * Starts a program, reads its first page, and stops it.
 *
 * @throws {Error} when there is no page within 30 s, or it is not answered with 200.
 */
export async function timeStart({ args, env, path }: Program): Promise<Start> {
  const port = freePort();
  const begin = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    env: { ...env, PORT: String(port), NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  try {
    await waitForPort(port, begin + LIMIT_MS);
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    await response.text();
    const firstPageMs = performance.now() - begin;
    if (response.status !== 200) {
      throw new Error(`Cannot time a start: GET ${path} was answered ${response.status}`);
    }
    return { firstPageMs, cpuMs: cpuOf(child.pid), memory: memoryOf(child.pid) };
  } finally {
    child.kill("SIGTERM");
    await child.status;
  }
}

/** Tries again a millisecond after each refusal: a look costs the started process next to nothing. */
async function waitForPort(port: number, deadline: number): Promise<void> {
  while (!await accepts(port)) {
    if (performance.now() > deadline) {
      throw new Error(`Cannot time a start: nothing listened within ${LIMIT_MS} ms`);
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

function freePort(): number {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr;
  listener.close();
  return port;
}

/** Sums up the first field of each thread's `schedstat`, which is in nanoseconds. */
function cpuOf(pid: number): number {
  try {
    const threads = [...Deno.readDirSync(`/proc/${pid}/task`)];
    const times = threads.map(({ name }) =>
      Number(Deno.readTextFileSync(`/proc/${pid}/task/${name}/schedstat`).split(" ")[0])
    );
    return times.reduce((sum, time) => sum + time, 0) / 1e6;
  } catch {
    return NaN;
  }
}

function memoryOf(pid: number): Memory {
  try {
    const text = Deno.readTextFileSync(`/proc/${pid}/smaps_rollup`);
    const [pss, rss] = ["Pss", "Rss"].map((name) =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1]) / 1_024
    );
    return { pss: pss ?? NaN, rss: rss ?? NaN };
  } catch {
    return { pss: NaN, rss: NaN };
  }
}
