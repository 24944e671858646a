/** A queue with one reader, who takes what has come since the last time. */
export class Mailbox<Item> {
  #items: Item[] = [];
  #wake: (() => void) | null = null;

  put(item: Item): void {
    this.#items.push(item);
    this.#wake?.();
    this.#wake = null;
  }

  /** Waits until there is something, then takes it: the first, and those after it that fit. */
  async take(fits: (item: Item, index: number) => boolean): Promise<Item[]> {
    if (this.#items.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const end = this.#items.findIndex((item, index) => !fits(item, index) && index > 0);
    return this.#items.splice(0, end < 0 ? this.#items.length : end);
  }

  /** Takes all that has come, without waiting. */
  takeAll(): Item[] {
    return this.#items.splice(0);
  }
}
