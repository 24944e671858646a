/** The least that tells many readers something: streams that are handed the same bytes. */
import { wallClock } from "../wall_clock.ts";
import { answerOrder, type Broadcaster } from "./broadcaster.ts";

const PATH = "/events";
const encoder = new TextEncoder();
const readers = new Set<ReadableStreamDefaultController<Uint8Array>>();

const broadcaster: Broadcaster = {
  open: () => Promise.resolve({ path: PATH }),
  change(bytes) {
    const at = wallClock();
    const message = encoder.encode(`data: ${"x".repeat(Math.max(0, bytes - 8))}\n\n`);
    for (const reader of readers) reader.enqueue(message);
    return Promise.resolve({ at });
  },
};

/** One that is told of changes, or, under any other path, of nothing. */
function openStream({ url }: Request): Response {
  let reader: ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      reader = controller;
      if (new URL(url).pathname === PATH) readers.add(controller);
    },
    cancel: () => void readers.delete(reader),
  });
  return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
}

Deno.serve({
  port: 0,
  hostname: "127.0.0.1",
  onListen: ({ port }) => console.log(`http://127.0.0.1:${port}`),
}, (request) => answerOrder(broadcaster, request) ?? openStream(request));
