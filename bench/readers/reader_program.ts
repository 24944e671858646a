/** Reads event streams as its standard input tells it (`reader_orders.ts`). */
import { type Delivery, ReaderOrder } from "./reader_orders.ts";
import { StreamReader } from "./stream_reader.ts";

/** Connections opened at the same time: fewer than a server lets wait. */
const AT_ONCE = 50;

const readers: StreamReader[] = [];

async function obey(order: ReaderOrder): Promise<unknown> {
  if (order.type === "receive") return await receive();
  const { origin, path, count, isStalled } = order;
  for (let opened = 0; opened < count; opened += AT_ONCE) {
    const opening = Array.from(
      { length: Math.min(AT_ONCE, count - opened) },
      () => StreamReader.open(origin, path),
    );
    const more = await Promise.all(opening);
    if (isStalled) continue;
    for (const reader of more) reader.readOn();
    readers.push(...more);
  }
  return {};
}

async function receive(): Promise<Delivery> {
  const receipts = await Promise.all(readers.map((reader) => reader.next()));
  return { at: receipts.map(({ at }) => at), bytes: receipts[0]?.bytes ?? 0 };
}

const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
let rest = "";
for await (const text of lines) {
  const [last = "", ...orders] = (rest + text).split("\n").reverse();
  rest = last;
  for (const order of orders.reverse()) {
    console.log(JSON.stringify(await obey(ReaderOrder.parse(JSON.parse(order)))));
  }
}
