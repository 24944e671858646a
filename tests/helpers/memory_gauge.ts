import { fileURLToPath } from "node:url";
import { z } from "zod";
import { COUNTED, Held, type MemoryOrder, PROBE_PORT, PROBED } from "./memory_probe.ts";

/** What a process holds. Sizes are in bytes; only what is settled is counted. */
const Memory = z.object({ rss: z.number(), heapUsed: z.number(), held: Held });
export type Memory = Readonly<z.infer<typeof Memory>>;

/** Whether there are no more of any class than this; of any number where it says none. */
export function isWithin(held: Held, most: Held): boolean {
  return COUNTED.every((name) => (held[name] ?? 0) <= (most[name] ?? Infinity));
}

/** Asks a program in another process what it holds: one that was started through the probe. */
export class MemoryGauge implements Disposable {
  /** The program to start instead of the one that is measured. */
  static readonly entry = fileURLToPath(new URL("memory_probe.ts", import.meta.url));

  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  #probe: Deno.TcpConn | null = null;
  #lines: AsyncIterator<string> | null = null;

  /** The environment the probe needs. @param program A path in the repository. */
  settings(program: string): Record<string, string> {
    return { [PROBED]: program, [PROBE_PORT]: String(this.#listener.addr.port) };
  }

  async measure(order: MemoryOrder): Promise<Memory> {
    this.#probe ??= await this.#listener.accept();
    this.#lines ??= linesOf(this.#probe);
    await this.#probe.write(new TextEncoder().encode(order));
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`Cannot measure "${order}": the process has ended`);
    return Memory.parse(JSON.parse(value));
  }

  [Symbol.dispose](): void {
    this.#probe?.close();
    this.#listener.close();
  }
}

async function* linesOf(connection: Deno.TcpConn): AsyncGenerator<string> {
  let rest = "";
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(4_096);
  for (;;) {
    const count = await connection.read(buffer);
    if (count === null) return;
    const lines = (rest + decoder.decode(buffer.subarray(0, count))).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}
