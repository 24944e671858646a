import assert from "node:assert/strict";
import type { TestSite } from "./http.ts";
import { applyMessage, elementByClass, eventsUrlOf } from "./live_page.ts";
import { SseReader } from "./sse.ts";

const FRAME_MS = 100;

/** A browser tab with a page that follows a stream: what it shows after all it has been told. */
export class Tab {
  html = "";
  lastId: string | null = null;
  isDone = false;
  /** Whether it says that live updates have ended. */
  isGone = false;
  isConnected = false;
  /** Messages it has applied. */
  messages = 0;
  /** Streams it has asked for. */
  requests = 0;
  /** The number of the message after which its connection is lost. */
  cutAfter = Infinity;
  readonly #site: TestSite;
  readonly #path: string;
  #reader: SseReader | null = null;
  #reading: Promise<void> = Promise.resolve();

  constructor(site: TestSite, path: string) {
    this.#site = site;
    this.#path = path;
  }

  /** Loads the page anew, as a reader does who comes to it. */
  async open(): Promise<this> {
    this.html = await this.freshPage();
    this.isDone = eventsUrlOf(this.html) === null;
    return this;
  }

  /** Connects as hx-sse does: with the id of the last message, if there was one. */
  async connect(): Promise<this> {
    const url = eventsUrlOf(this.html);
    if (url === null || this.isDone || this.isConnected) return this;
    const headers: Record<string, string> = this.lastId ? { "Last-Event-ID": this.lastId } : {};
    this.requests++;
    const response = await this.#site.get(url, headers);
    assert.equal(response.status, 200);
    this.#reader = new SseReader(response);
    this.isConnected = true;
    this.#reading = this.#read(this.#reader);
    return this;
  }

  /** Loses the connection, as a tab does that is hidden. */
  async cut(): Promise<void> {
    await this.#reader?.leave();
    await this.#reading;
  }

  async #read(reader: SseReader): Promise<void> {
    for (let message = await reader.next(); message !== null; message = await reader.next()) {
      if (message.event === "done") {
        this.isDone = true;
        continue;
      }
      if (message.event === "gone") {
        this.isGone = true;
        continue;
      }
      assert.equal(message.event, null);
      this.messages++;
      this.html = applyMessage(this.html, message.data);
      this.lastId = message.id;
      if (this.messages < this.cutAfter) continue;
      // What else had arrived is lost as well.
      await reader.leave();
      break;
    }
    this.isConnected = false;
  }

  get article(): string {
    return elementByClass(this.html, "article", "task");
  }

  async freshArticle(): Promise<string> {
    return elementByClass(await this.freshPage(), "article", "task");
  }

  async freshPage(): Promise<string> {
    const response = await this.#site.get(this.#path);
    return new TextDecoder().decode(await response.arrayBuffer()); // as it comes over a wire
  }
}

/** Lets a frame's time pass, and everything that follows from it happen. */
export async function frame(site: TestSite): Promise<void> {
  await site.kv.idle();
  site.clock.advance(FRAME_MS);
  await site.kv.idle();
}

/** As `assert.equal` but for clocks that count on, naming the place where two long texts part. */
export function assertShows(actual: string, expected: string, what: string): void {
  const [shown, fresh] = [withoutClocks(actual), withoutClocks(expected)];
  if (shown === fresh) return;
  let at = 0;
  while (shown[at] === fresh[at]) at++;
  const around = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 300), at + 200));
  assert.fail(`${what}: it shows ${around(shown)}, a fresh page ${around(fresh)}`);
}

function withoutClocks(html: string): string {
  return html.replaceAll(/data-clock="\d+">[^<]*/g, "data-clock>");
}
