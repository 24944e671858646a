import { Session } from "node:inspector/promises";
import { z } from "zod";

export const PROBE_PORT = "PROBE_PORT";
export const PROBED = "PROBED";

/** Objects whose number says whether anything is still followed, waited for or kept. */
export const COUNTED = ["ReadableStream", "AbortSignal", "Promise", "Set", "Map"] as const;

/** How many objects of a class a process holds. */
export const Held = z.partialRecord(z.enum(COUNTED), z.number());
export type Held = Readonly<z.infer<typeof Held>>;

const Found = z.object({ objects: z.object({ objectId: z.string() }) });
const Counted = z.object({ result: z.object({ value: Held }) });

/** `settled` collects garbage first, and counts what is left. */
export type MemoryOrder = "now" | "settled";

/**
 * Runs the program that `PROBED` names, and tells a gauge whenever it asks what the process holds.
 * No debugger listens, as it does with `--inspect`: what is fetched and logged would be kept for it.
 */
async function main(): Promise<void> {
  const port = Number(Deno.env.get(PROBE_PORT));
  const gauge = await Deno.connect({ hostname: "127.0.0.1", port });
  await import(new URL(`../../${Deno.env.get(PROBED)}`, import.meta.url).href);
  tell(gauge);
}

async function tell(gauge: Deno.TcpConn): Promise<void> {
  const orders = gauge.readable.pipeThrough(new TextDecoderStream());
  const session = new Session();
  session.connect();
  const answers = gauge.writable.getWriter();
  for await (const order of orders) {
    const held: Held = order === "settled" ? await settle(session) : {};
    const { rss, heapUsed } = Deno.memoryUsage();
    await answers.write(new TextEncoder().encode(`${JSON.stringify({ rss, heapUsed, held })}\n`));
  }
}

/** Collects garbage; how many objects of each class are left. */
async function settle(session: Session): Promise<Held> {
  const held = await countObjects(session);
  await session.post("HeapProfiler.collectGarbage");
  return held;
}

/** To find all objects, V8 collects garbage until none is left. */
async function countObjects(session: Session): Promise<Held> {
  const objectGroup = "counted";
  const all = await session.post("Runtime.evaluate", {
    expression: "Object.prototype",
    objectGroup,
  });
  const { objects } = Found.parse(
    await session.post("Runtime.queryObjects", {
      prototypeObjectId: all.result.objectId,
      objectGroup,
    }),
  );
  const { result } = Counted.parse(
    await session.post("Runtime.callFunctionOn", {
      objectId: objects.objectId,
      functionDeclaration: String(countByClass),
      arguments: COUNTED.map((value) => ({ value })),
      returnByValue: true,
    }),
  );
  await session.post("Runtime.releaseObjectGroup", { objectGroup });
  return result.value;
}

/** Runs on its own, on the array of all objects. */
function countByClass(this: readonly unknown[], ...names: readonly string[]): Held {
  const classes = names.map((name) => Reflect.get(globalThis, name));
  return Object.fromEntries(
    names.map((name, i) => [name, this.filter((each) => each instanceof classes[i]).length]),
  );
}

if (import.meta.main) await main();
