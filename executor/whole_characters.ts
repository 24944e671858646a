/**
 * Joins streamed pieces of text so that none begins or ends inside a surrogate pair. A half that
 * stays alone comes out as U+FFFD.
 */
export class WholeCharacters {
  #held = "";

  /** What can be shown now; what is held back comes with the next piece, or from `end`. */
  push(piece: string): string {
    const text = this.#held + piece;
    const isOpen = isHighSurrogate(text.charCodeAt(text.length - 1));
    this.#held = isOpen ? text.slice(-1) : "";
    return (isOpen ? text.slice(0, -1) : text).toWellFormed();
  }

  end(): string {
    const text = this.#held.toWellFormed();
    this.#held = "";
    return text;
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
