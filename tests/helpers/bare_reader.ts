const encoder = new TextEncoder();
const HEAD_END = "\r\n\r\n";

/** A request over a bare connection, whose answer is read only as far as a test says. */
export class BareReader {
  readonly #connection: Deno.TcpConn;
  readonly #decoder = new TextDecoder();
  readonly #buffer = new Uint8Array(65_536);
  /** What was read and not looked at. */
  #rest = "";
  /** What stood before the text that was last read until. */
  #before = "";

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /** Asks for a path and reads nothing yet. */
  static async ask(
    origin: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<BareReader> {
    const { hostname, port, host } = new URL(origin);
    const connection = await Deno.connect({ hostname, port: Number(port) });
    const fields = Object.entries({ Host: host, ...headers }).map(([name, value]) =>
      `${name}: ${value}\r\n`
    );
    const reader = new BareReader(connection);
    await reader.#write(`GET ${path} HTTP/1.1\r\n${fields.join("")}\r\n`);
    return reader;
  }

  /** Asks for a stream, and reads as far as its head. */
  static async open(origin: string, path: string): Promise<BareReader> {
    const reader = await BareReader.ask(origin, path);
    const status = await reader.status();
    if (status !== 200) throw new Error(`Cannot read "${path}": it is answered ${status}`);
    return reader;
  }

  /** Reads the head of the answer: its status. Null where the connection ends before. */
  async status(): Promise<number | null> {
    if (!await this.until(HEAD_END)) return null;
    return Number(/^HTTP\/1\.1 (\d{3})/.exec(this.#before)?.[1]);
  }

  /** Reads on until this text has come, and forgets all up to it. False at the end. */
  async until(text: string): Promise<boolean> {
    for (;;) {
      const at = this.#rest.indexOf(text);
      if (at >= 0) {
        this.#before = this.#rest.slice(0, at);
        this.#rest = this.#rest.slice(at + text.length);
        return true;
      }
      // A head is short; of what else comes, only the end can be a part of the text.
      if (this.#rest.length > this.#buffer.length) this.#rest = this.#rest.slice(-text.length);
      const count = await this.#connection.read(this.#buffer);
      if (count === null) return false;
      this.#rest += this.#decoder.decode(this.#buffer.subarray(0, count), { stream: true });
    }
  }

  /** Goes away, whatever was not read. */
  close(): void {
    this.#connection.close();
  }

  async #write(text: string): Promise<void> {
    const bytes = encoder.encode(text);
    for (let sent = 0; sent < bytes.length;) {
      sent += await this.#connection.write(bytes.subarray(sent));
    }
  }
}
