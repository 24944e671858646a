const encoder = new TextEncoder();

/** Bytes a reader may lag behind before messages for it are dropped. */
const MAX_BUFFERED_BYTES = 256 * 1024;
/** Proxies close a stream that is silent for longer. */
const KEEP_ALIVE_MS = 15_000;
const KEEP_ALIVE = encoder.encode(":\n\n");
const LINE_BREAK = /\r\n|\r|\n/g;

/** One message of a `text/event-stream`. Without an event name htmx swaps its data in. */
export interface EventMessage {
  readonly id?: string;
  readonly event?: string;
  readonly data: string;
}

/** Encodes messages once for all readers. Any line break in `data` stays inside its message. */
export function encodeMessage(...messages: readonly EventMessage[]): Uint8Array {
  return encoder.encode(messages.map(textOf).join(""));
}

function textOf({ id, event, data }: EventMessage): string {
  const head = (id === undefined ? "" : `id: ${id}\n`) +
    (event === undefined ? "" : `event: ${event}\n`);
  return `${head}data: ${data.replace(LINE_BREAK, "\ndata: ")}\n\n`;
}

/** The message after which htmx leaves the stream for good. */
export const DONE = { event: "done", data: "" } as const;
export const DONE_MESSAGE = encodeMessage(DONE);

/**
 * The last message for a reader who may not read on, or whose task was deleted: the page says that
 * it has ended, and htmx leaves for good.
 */
export const GONE_MESSAGE = encodeMessage({ event: "gone", data: "" }, DONE);

/** One reader's end of a stream. */
export interface StreamReader {
  /** Passes a message on. False when the reader lags too far behind: it missed this one. */
  send(message: Uint8Array): boolean;
  /** Ends the stream; a browser then connects again, unless the last message told it not to. */
  close(): void;
}

/** What a stream follows: one task, or the history. */
export const STREAM_TOPICS = ["task", "history"] as const;
export type StreamTopic = typeof STREAM_TOPICS[number];

/** Holds a right until the answer is called; calls `onGone` when it is taken away before. */
export type Hold = (onGone: () => void) => () => void;

/** What a stream is about, and what it tells of its reader. */
export interface StreamEvents {
  readonly topic: StreamTopic;
  /** The right to read it, where it can be taken away; the stream then ends with `farewell`. */
  readonly right?: { readonly hold: Hold; readonly farewell: Uint8Array | null };
  onOpen(reader: StreamReader): void;
  /** The reader has caught up after having missed messages. */
  onCaughtUp(reader: StreamReader): void;
  onClose(reader: StreamReader): void;
}

/** All open streams of a process. */
export interface EventStreams {
  /** An answer that stays open. */
  open(events: StreamEvents): Response;
  /** Ends every stream and refuses new ones. */
  closeAll(): void;
  /** Aborted by that: who holds an answer back has to give it now. */
  readonly closing: AbortSignal;
  readonly count: number;
  /** How many of them follow this. */
  countOf(topic: StreamTopic): number;
}

const HEADERS = {
  "Content-Type": "text/event-stream; charset=utf-8",
  "Cache-Control": "no-store, no-transform",
  "X-Accel-Buffering": "no",
};

export function createEventStreams(): EventStreams {
  const open = new Map<StreamReader, StreamTopic>();
  const closing = new AbortController();
  let timer: ReturnType<typeof setInterval> | undefined;

  function remove(reader: StreamReader): void {
    if (!open.delete(reader)) return;
    if (open.size === 0) clearInterval(timer);
  }

  function add(reader: StreamReader, topic: StreamTopic): void {
    if (open.size === 0) timer = setInterval(keepAlive, KEEP_ALIVE_MS);
    open.set(reader, topic);
  }

  function keepAlive(): void {
    for (const reader of open.keys()) reader.send(KEEP_ALIVE);
  }

  return {
    get count() {
      return open.size;
    },
    closing: closing.signal,
    countOf: (topic) => [...open.values()].filter((each) => each === topic).length,
    open(events) {
      if (closing.signal.aborted) return refusal();
      const body = readable(events, add, remove);
      return new Response(body, { headers: HEADERS });
    },
    closeAll() {
      closing.abort();
      for (const reader of [...open.keys()]) reader.close();
    },
  };
}

/** A first connect that is refused is not retried by htmx, and must not be swapped in. */
function refusal(): Response {
  return new Response("Callboard is stopping. Try again in a moment.\n", {
    status: 503,
    headers: { "Cache-Control": "no-store", "HX-Reswap": "none", "Retry-After": "1" },
  });
}

function readable(
  events: StreamEvents,
  add: (reader: StreamReader, topic: StreamTopic) => void,
  remove: (reader: StreamReader) => void,
): ReadableStream<Uint8Array> {
  let reader: StreamReader;
  let hasMissed = false;
  let release = () => {};
  const end = () => {
    release();
    remove(reader);
    events.onClose(reader);
  };
  return new ReadableStream<Uint8Array>({
    start(controller) {
      reader = {
        send(message) {
          hasMissed ||= (controller.desiredSize ?? 0) <= 0;
          if (!hasMissed) controller.enqueue(message);
          return !hasMissed;
        },
        close() {
          end();
          try {
            controller.close();
          } catch {
            // The reader has gone already.
          }
        },
      };
      add(reader, events.topic);
      events.onOpen(reader);
      release = events.right?.hold(() => {
        if (events.right?.farewell) reader.send(events.right.farewell);
        reader.close();
      }) ?? release;
    },
    pull() {
      if (!hasMissed) return;
      hasMissed = false;
      events.onCaughtUp(reader);
    },
    cancel: end,
  }, new ByteLengthQueuingStrategy({ highWaterMark: MAX_BUFFERED_BYTES }));
}
