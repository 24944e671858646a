/** Keeps the values used last, bounded by the characters of their keys. */
export class TemplateCache<Value> {
  readonly #values = new Map<string, Value>();
  readonly #maxLength: number;
  #length = 0;

  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  get size(): number {
    return this.#values.size;
  }

  /** The value of `text`, made by `make` where it is not kept. */
  get(text: string, make: (text: string) => Value): Value {
    const kept = this.#values.get(text);
    const value = kept ?? make(text);
    if (kept !== undefined) this.#values.delete(text);
    else this.#length += text.length;
    this.#values.set(text, value);
    this.#dropOldest();
    return value;
  }

  #dropOldest(): void {
    for (const text of this.#values.keys()) {
      if (this.#length <= this.#maxLength) return;
      this.#values.delete(text);
      this.#length -= text.length;
    }
  }
}
