import { wallClock } from "../wall_clock.ts";

/** The last four bytes of a response's head, and of a message of a stream that is sent in chunks. */
const HEAD_END = 0x0d0a0d0a;
const MESSAGE_END = 0x0a0a0d0a;
/** Comments that keep a stream open are shorter, messages longer. */
const LEAST_MESSAGE_BYTES = 32;
const BUFFER_BYTES = 8_192;

/** When a reader had a message whole (epoch milliseconds), and its bytes on the wire. */
export interface Receipt {
  readonly at: number;
  readonly bytes: number;
}

/**
 * One reader of an event stream over a bare connection: it looks for the ends of messages and does
 * nothing else, so that thousands of them keep up with a server.
 */
export class StreamReader {
  readonly #connection: Deno.TcpConn;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  readonly #receipts: Receipt[] = [];
  #waiting: ((receipt: Receipt) => void) | null = null;
  /** The last four bytes read. */
  #tail = 0;
  #bytes = 0;

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /** @throws {Error} when the answer is not 200, or more than its head. */
  static async open(origin: string, path: string): Promise<StreamReader> {
    const { hostname, port, host } = new URL(origin);
    const connection = await Deno.connect({ hostname, port: Number(port) });
    const request = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAccept: text/event-stream\r\n\r\n`;
    await connection.write(new TextEncoder().encode(request));
    const reader = new StreamReader(connection);
    await reader.#readHead(path);
    return reader;
  }

  /** Reads on for good; without it the stream stays open and is not read. */
  async readOn(): Promise<void> {
    for (;;) {
      if (!await this.#read()) return;
      if (this.#tail !== MESSAGE_END) continue;
      if (this.#bytes >= LEAST_MESSAGE_BYTES) {
        this.#receive({ at: wallClock(), bytes: this.#bytes });
      }
      this.#bytes = 0;
    }
  }

  /** The next message. */
  next(): Promise<Receipt> {
    const receipt = this.#receipts.shift();
    return receipt === undefined
      ? new Promise((resolve) => this.#waiting = resolve)
      : Promise.resolve(receipt);
  }

  async #readHead(path: string): Promise<void> {
    await this.#read();
    const head = new TextDecoder().decode(this.#buffer.subarray(0, this.#bytes));
    const isOpen = head.startsWith("HTTP/1.1 200") && this.#tail === HEAD_END;
    if (!isOpen) throw new Error(`Cannot read "${path}": it begins with "${head.slice(0, 80)}"`);
    this.#bytes = 0;
  }

  /** False at the end. */
  async #read(): Promise<boolean> {
    const count = await this.#connection.read(this.#buffer);
    if (count === null) return false;
    this.#bytes += count;
    for (const byte of this.#buffer.subarray(Math.max(0, count - 4), count)) {
      this.#tail = (this.#tail << 8 | byte) >>> 0;
    }
    return true;
  }

  #receive(receipt: Receipt): void {
    if (this.#waiting === null) this.#receipts.push(receipt);
    else this.#waiting(receipt);
    this.#waiting = null;
  }
}
