import { PermanentError } from "../step_kind.ts";

/** Most bytes of one event: far more than a model writes in one answer. */
export const MAX_EVENT_BYTES = 2 * 1024 * 1024;

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/**
 * Counts the bytes of each event of a stream, so that one without an end is not gathered for ever.
 * Events end at an empty line; a line at CR, LF or both (WHATWG HTML, "Server-sent events").
 */
export class EventLimit {
  readonly #host: string;
  #length = 0;
  #isLineEmpty = true;
  #isAfterReturn = false;

  /** @param host Where the stream comes from, for people. */
  constructor(host: string) {
    this.#host = host;
  }

  /** @throws PermanentError where the event that has begun is too long. */
  count(bytes: Uint8Array): void {
    for (const byte of bytes) this.#take(byte);
    if (this.#length <= MAX_EVENT_BYTES) return;
    throw new PermanentError(
      `The model service at ${this.#host} sent more than ${MAX_EVENT_BYTES} bytes with no end of ` +
        "an event among them; check that MODEL_BASE_URL is a model service's",
    );
  }

  #take(byte: number): void {
    this.#length++;
    const isLineFeed = byte === LINE_FEED;
    const isSecondHalf = isLineFeed && this.#isAfterReturn;
    this.#isAfterReturn = byte === CARRIAGE_RETURN;
    if (isSecondHalf) return;
    const isLineEnd = isLineFeed || this.#isAfterReturn;
    if (isLineEnd && this.#isLineEmpty) this.#length = 0;
    this.#isLineEmpty = isLineEnd;
  }
}
