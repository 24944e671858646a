import { CLOCK_PATH, tellClock, wallClock } from "./wall_clock.ts";

/** The least that gets a message into a page: a stream, and four lines of script. */
export interface BareStream {
  readonly origin: string;
  /** Sends a message to every reader; answers when, in epoch milliseconds. */
  send(text: string): number;
  stop(): Promise<void>;
}

const PAGE = `<!doctype html><title>Bare</title><p id="message"></p><script>
const place = document.getElementById("message");
new EventSource("/events").onmessage = ({ data }) => place.textContent = data;
</script>`;

const encoder = new TextEncoder();

/** @param order Answers what is asked beside: `POST` requests. */
export function startBareStream(order: (request: Request) => Promise<Response>): BareStream {
  const readers = new Set<ReadableStreamDefaultController<Uint8Array>>();

  function open(): Response {
    let reader: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        reader = controller;
        readers.add(controller);
      },
      cancel: () => void readers.delete(reader),
    });
    return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
  }

  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    if (request.method === "POST") return order(request);
    switch (new URL(request.url).pathname) {
      case CLOCK_PATH:
        return tellClock(request);
      case "/events":
        return open();
      default:
        return new Response(PAGE, { headers: { "Content-Type": "text/html" } });
    }
  });

  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    send(text) {
      const message = encoder.encode(`data: ${text}\n\n`);
      const at = wallClock();
      for (const reader of readers) reader.enqueue(message);
      return at;
    },
    async stop() {
      for (const reader of readers) reader.close();
      await server.shutdown();
    },
  };
}
