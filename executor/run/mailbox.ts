/** A queue with one reader, who takes what has come since the last time. */
export class Mailbox<Item> {
  #items: Item[] = [];
  #wake: (() => void) | null = null;

  put(item: Item): void {
    this.#items.push(item);
    this.#wake?.();
    this.#wake = null;
  }

  /** Waits until there is something, then takes up to `limit` items. */
  async take(limit: number): Promise<Item[]> {
    if (this.#items.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#items.splice(0, limit);
  }
}
