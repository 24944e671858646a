/** One message of a stream, as a browser reads it. */
export interface SeenMessage {
  readonly id: string | null;
  readonly event: string | null;
  readonly data: string;
}

/** Reads a `text/event-stream`, message by message. */
export class SseReader {
  /** Comment lines seen so far. */
  comments = 0;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #rest = "";

  constructor(response: Response) {
    if (response.body === null) throw new TypeError("Cannot read the stream: there is no body");
    this.#reader = response.body.getReader();
  }

  /** The next message; null when the stream has ended. */
  async next(): Promise<SeenMessage | null> {
    for (;;) {
      const end = this.#rest.indexOf("\n\n");
      if (end >= 0) {
        const block = this.#rest.slice(0, end);
        this.#rest = this.#rest.slice(end + 2);
        const message = this.#parse(block);
        if (message !== null) return message;
        continue;
      }
      const { done, value } = await this.#reader.read();
      if (done) return null;
      this.#rest += this.#decoder.decode(value, { stream: true });
    }
  }

  /** All that is still to come, until the stream ends. */
  async rest(): Promise<SeenMessage[]> {
    const messages: SeenMessage[] = [];
    for (let next = await this.next(); next !== null; next = await this.next()) messages.push(next);
    return messages;
  }

  /** Leaves, as a browser does that closes its tab. */
  async leave(): Promise<void> {
    await this.#reader.cancel();
  }

  #parse(block: string): SeenMessage | null {
    const lines = block.split(/\r\n|\r|\n/);
    this.comments += lines.filter((line) => line.startsWith(":")).length;
    const valuesOf = (field: string) =>
      lines.filter((line) => line.startsWith(`${field}:`)).map((line) =>
        line.slice(field.length + 1).replace(/^ /, "")
      );
    const data = valuesOf("data");
    if (data.length === 0) return null;
    return {
      id: valuesOf("id").at(-1) ?? null,
      event: valuesOf("event").at(-1) ?? null,
      data: data.join("\n"),
    };
  }
}
