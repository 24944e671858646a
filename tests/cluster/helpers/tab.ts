import assert from "node:assert/strict";
import { paths } from "../../../routes/paths.ts";
import { applyMessage, elementByClass, eventsUrlOf } from "../../helpers/live_page.ts";
import { SseReader } from "../../helpers/sse.ts";

/** A browser's tab with a task's page, brought up to date by its stream as htmx does. */
export class Tab {
  html: string;
  isDone = false;
  #lastId: string | null = null;
  readonly #origin: string;
  #reader: SseReader | null = null;
  #onMessage: (html: string) => void = () => {};

  private constructor(origin: string, html: string) {
    this.#origin = origin;
    this.html = html;
  }

  static async open(origin: string, taskId: string): Promise<Tab> {
    const page = await fetch(origin + paths.task(taskId));
    return new Tab(origin, await page.text());
  }

  /** Calls `onMessage` after each message, with the page as it is then. */
  onMessage(onMessage: (html: string) => void): void {
    this.#onMessage = onMessage;
  }

  /** Follows until the stream says that it is done; connects again where it breaks off. */
  async follow(): Promise<void> {
    while (!this.isDone) {
      const url = eventsUrlOf(this.html);
      if (url === null) return;
      const headers = this.#lastId === null ? undefined : { "Last-Event-ID": this.#lastId };
      const response = await fetch(this.#origin + url, { headers });
      assert.equal(response.status, 200);
      this.#reader = new SseReader(response);
      await this.#read(this.#reader);
    }
  }

  async #read(reader: SseReader): Promise<void> {
    for (;;) {
      const message = await reader.next().catch(() => null); // It may break off.
      if (message === null) return;
      if (message.event === "done") {
        this.isDone = true;
        continue;
      }
      this.html = applyMessage(this.html, message.data);
      this.#lastId = message.id;
      this.#onMessage(this.html);
    }
  }

  /** The live part of the page. */
  get article(): string {
    return elementByClass(this.html, "article", "task");
  }
}
