import { connect } from "node:net";
import { cpuOf, pssOf } from "./process_cost.ts";

/** A program that serves on the port in `PORT`. */
export interface Program {
  /** The Deno that runs it. One that nobody else runs shares no memory, so that PSS is all of it. */
  readonly deno: string;
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
  /** Proportional set size right after that, in MB (2^20 bytes); NaN where the system has none. */
  readonly pssMb: number;
}

const LIMIT_MS = 30_000;
const PAUSE_MS = 1;

/**
 * Starts a program, reads its first page, and stops it.
 *
 * @throws {Error} when there is no page within 30 s, or it is not answered with 200.
 */
export async function timeStart({ deno, args, env, path }: Program): Promise<Start> {
  const port = freePort();
  const begin = performance.now();
  const child = new Deno.Command(deno, {
    args: [...args],
    env: { ...env, PORT: String(port), NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  let hasEnded = false;
  const status = child.status.finally(() => hasEnded = true);
  try {
    await waitForPort(port, () => hasEnded || performance.now() > begin + LIMIT_MS);
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    await response.text();
    const firstPageMs = performance.now() - begin;
    if (response.status !== 200) {
      throw new Error(`Cannot time a start: GET ${path} was answered ${response.status}`);
    }
    return { firstPageMs, cpuMs: cpuOf(child.pid), pssMb: pssOf(child.pid) };
  } finally {
    if (!hasEnded) child.kill("SIGTERM");
    await status;
  }
}

/** Tries again a millisecond after each refusal: a look costs the started process next to nothing. */
async function waitForPort(port: number, shouldGiveUp: () => boolean): Promise<void> {
  while (!await accepts(port)) {
    if (shouldGiveUp()) {
      throw new Error(`Cannot time a start: nothing listened within ${LIMIT_MS} ms, or it ended`);
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
