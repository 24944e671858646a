/**
 * A model service on loopback for tests: a real HTTP server that speaks the OpenAI chat completions
 * protocol, streaming and not. What it answers is a {@link Reply}, and a {@link Gate} lets a test
 * send an answer piece by piece, with no timer anywhere.
 */
export interface ModelServer {
  /** Ends in `/v1`, as `MODEL_BASE_URL` does. */
  readonly baseUrl: string;
  readonly host: string;
  /** Every request so far, oldest first. */
  readonly requests: readonly ModelRequest[];
  /** Sets what every request from now on is answered with. */
  answer(reply: Reply): void;
  /** The next request that nobody has taken yet, waiting for it where there is none. */
  nextRequest(): Promise<ModelRequest>;
  /** Drops every connection. */
  close(): Promise<void>;
}

/** One request as it came in. */
export interface ModelRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: ChatRequest;
  /** How the exchange ended: all was sent, the client went away before, or the server broke off. */
  readonly closed: Promise<Closed>;
}

export type Closed = "sent" | "left" | "broken off";

/** The part of a chat completions request that tests look at. */
export interface ChatRequest {
  readonly model?: string;
  readonly messages?: readonly { readonly role: string; readonly content: unknown }[];
  readonly temperature?: number;
  readonly max_tokens?: number;
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
}

/** Makes the answer to one request. */
export type Reply = (request: ModelRequest, raw: Request) => Response | Promise<Response>;

/** Holds up what passes it until the test opens it, once or for a number of passes. */
export class Gate {
  #open = 0;
  readonly #waiting: (() => void)[] = [];

  /** Lets the next `count` through; `Infinity` lets all through. */
  open(count = 1): void {
    this.#open += count;
    while (this.#open > 0 && this.#waiting.length > 0) {
      this.#open--;
      this.#waiting.shift()?.();
    }
  }

  pass(): Promise<void> {
    if (this.#open > 0) {
      this.#open--;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/** Starts a model service on a free port of 127.0.0.1. */
export function startModelServer(reply: Reply = words(["Hello"])): ModelServer {
  const requests: ModelRequest[] = [];
  const taken = new Gate();
  let next = 0;
  const { promise: dropped, resolve: drop } = Promise.withResolvers<void>();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {}, onError: brokenOff },
    async (request) => {
      const { promise: closed, resolve: close } = Promise.withResolvers<Closed>();
      // A client may also leave before there is an answer whose body could tell.
      request.signal.addEventListener("abort", () => close("left"), { once: true });
      const { method, headers } = request;
      const body = readChat(await request.text());
      const modelRequest = { method, path: new URL(request.url).pathname, headers, body, closed };
      requests.push(modelRequest);
      taken.open();
      const response = await reply(modelRequest, request);
      return new Response(watched(response.body, dropped, close), response);
    },
  );
  const host = `127.0.0.1:${server.addr.port}`;
  return {
    baseUrl: `http://${host}/v1`,
    host,
    requests,
    answer: (newReply) => void (reply = newReply),
    async nextRequest() {
      await taken.pass();
      const request = requests[next++];
      if (request === undefined) throw new Error("No request, although one was announced");
      return request;
    },
    async close() {
      drop();
      await server.shutdown();
    },
  };
}

/** How an answer made of words goes out and ends. */
export interface WordsOptions {
  /** Passed before each word. */
  readonly gate?: Gate;
  /** Null leaves it out: the stream then ends cleanly in the middle. */
  readonly finishReason?: string | null;
  /** Null leaves it out, although it was asked for. */
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number } | null;
  /** Destroys the connection after the last word; a gate makes sure that the words went out. */
  readonly isBrokenOff?: boolean;
}

/** A whole answer, one event a word; all at once where the request does not ask to stream. */
export function words(texts: readonly string[], options: WordsOptions = {}): Reply {
  return (request, raw) => {
    if (request.body.stream !== true) return Response.json(completion(texts, request, options));
    const events = wordEvents(texts, request, options);
    return stream({ parts: events, isBrokenOff: options.isBrokenOff })(request, raw);
  };
}

/** What a raw stream is made of. */
export interface StreamOptions {
  readonly parts: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;
  readonly isBrokenOff?: boolean;
  readonly contentType?: string;
}

/** Sends the parts as they are, each a write of its own. */
export function stream(options: StreamOptions): Reply {
  return () => {
    const encoder = new TextEncoder();
    async function* bytes() {
      for await (const part of options.parts) {
        yield typeof part === "string" ? encoder.encode(part) : part;
      }
      if (options.isBrokenOff) throw new Error(BROKEN_OFF);
    }
    return new Response(ReadableStream.from(bytes()), {
      headers: { "Content-Type": options.contentType ?? "text/event-stream" },
    });
  };
}

/** An error in the service's own shape. */
export function refusal(
  status: number,
  message: string,
  options: { readonly headers?: Record<string, string>; readonly code?: string } = {},
): Reply {
  const error = { message, type: "error", code: options.code ?? null, param: null };
  return () => Response.json({ error }, { status, headers: options.headers });
}

/** Any other body. */
export function page(body: string, contentType: string, status = 200): Reply {
  return () => new Response(body, { status, headers: { "Content-Type": contentType } });
}

/** Not even headers, until the client goes away. */
export const silence: Reply = (_request, raw) =>
  new Promise((resolve) => {
    raw.signal.addEventListener("abort", () => resolve(new Response()), { once: true });
  });

/** One event of the protocol. */
export function event(data: unknown): string {
  return `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;
}

/** The event that carries one piece of the answer. */
export function wordEvent(content: string, finishReason: string | null = null): string {
  const choice = { index: 0, delta: { content }, finish_reason: finishReason };
  return event({ ...chunkBase, choices: [choice] });
}

const BROKEN_OFF = "The test's model server breaks off here";
const chunkBase = {
  id: "chatcmpl-1",
  object: "chat.completion.chunk",
  created: 1,
  model: "test-model",
};

async function* wordEvents(
  texts: readonly string[],
  request: ModelRequest,
  { gate, finishReason = "stop", usage = countWords(texts), isBrokenOff }: WordsOptions,
) {
  for (const text of texts) {
    await gate?.pass();
    yield wordEvent(text);
  }
  await gate?.pass();
  if (isBrokenOff || finishReason === null) return;
  yield wordEvent("", finishReason);
  if (usage !== null && request.body.stream_options?.include_usage) {
    yield event({ ...chunkBase, choices: [], usage: withTotal(usage) });
  }
  yield event("[DONE]");
}

function completion(
  texts: readonly string[],
  request: ModelRequest,
  { finishReason = "stop", usage = countWords(texts) }: WordsOptions,
) {
  const message = { role: "assistant", content: texts.join("") };
  return {
    ...chunkBase,
    object: "chat.completion",
    model: request.body.model,
    choices: [{ index: 0, message, finish_reason: finishReason }],
    usage: usage === null ? undefined : withTotal(usage),
  };
}

function countWords(texts: readonly string[]) {
  return { prompt_tokens: 7, completion_tokens: texts.length };
}

function withTotal(usage: { prompt_tokens: number; completion_tokens: number }) {
  return { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens };
}

function readChat(text: string): ChatRequest {
  return text === "" ? {} : JSON.parse(text);
}

/** Passes a body on, tells how it ended, and breaks it off when the server is closed. */
function watched(
  body: ReadableStream<Uint8Array> | null,
  dropped: Promise<void>,
  close: (how: Closed) => void,
): ReadableStream<Uint8Array> | null {
  if (body === null) {
    close("left");
    return null;
  }
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      const result = await Promise.race([reader.read().catch(() => undefined), dropped]);
      if (result?.done === false) return controller.enqueue(result.value);
      close(result === undefined ? "broken off" : "sent");
      if (result === undefined) throw new Error(BROKEN_OFF);
      controller.close();
    },
    cancel() {
      close("left");
    },
  });
}

function brokenOff(): Response {
  return new Response(null, { status: 500 });
}
