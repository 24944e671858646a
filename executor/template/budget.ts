import { TemplateError } from "./template_error.ts";

/** Most characters of one template that holds tags. */
export const MAX_TEMPLATE_LENGTH = 60_000;

/** How much one rendering may do. */
export interface TemplateLimits {
  /** Most characters (UTF-16 units) of the rendered text. */
  readonly outputLength: number;
  /** Most work; one unit is about one character read or written, 5 to 10 ns. */
  readonly work: number;
  /**
   * Most milliseconds; a net under the work limit, which is the one meant to be met, and so ten times
   * what that takes: a machine that is busy is no fault of the template.
   */
  readonly milliseconds: number;
}

export const DEFAULT_LIMITS: TemplateLimits = {
  outputLength: 8_000_000,
  work: 20_000_000,
  milliseconds: 2_000,
};

const NODE_WORK = 8;
/** Listing the keys of an object that became a dictionary takes V8 about 0.3 µs a key. */
const DICTIONARY_SIZE = 1000;
const DICTIONARY_KEY_WORK = 100;
const MAX_LINEAR_PATTERN = 250;
/** The clock is read once in so many units: about 0.2 ms. */
const CLOCK_WORK = 20_000;

/**
 * Counts what a rendering does and stops it by a {@link TemplateError} before it holds the event
 * loop or fills the memory. Several templates can share one.
 */
export class Budget {
  readonly limits: TemplateLimits;
  #workLeft: number;
  #outputLeft: number;
  #clockAt: number;
  #millisecondsLeft: number;
  #deadline = 0;

  constructor(limits: Partial<TemplateLimits> = {}) {
    this.limits = { ...DEFAULT_LIMITS, ...limits };
    this.#workLeft = this.limits.work;
    this.#clockAt = this.limits.work;
    this.#outputLeft = this.limits.outputLength;
    this.#millisecondsLeft = this.limits.milliseconds;
  }

  get millisecondsLeft(): number {
    return this.#millisecondsLeft;
  }

  /** Runs `work` on the clock; the time between two runs does not count. */
  run<Result>(work: () => Result): Result {
    this.#deadline = performance.now() + this.#millisecondsLeft;
    try {
      return work();
    } finally {
      this.#millisecondsLeft = Math.max(0, this.#deadline - performance.now());
    }
  }

  /** @throws TemplateError when the work or the time is used up. */
  spend(units: number): void {
    this.#workLeft -= units;
    if (this.#workLeft < 0) {
      throw new TemplateError("the template has too much to do: use shorter texts or fewer loops");
    }
    if (this.#workLeft < this.#clockAt) this.#readClock();
  }

  #readClock(): void {
    this.#clockAt = this.#workLeft - CLOCK_WORK;
    if (performance.now() > this.#deadline) {
      throw new TemplateError(
        `the template takes longer than ${this.limits.milliseconds} ms: use shorter texts or fewer loops`,
      );
    }
  }

  /** @throws TemplateError when the rendered text is too long. */
  spendOutput(length: number): void {
    this.#outputLeft -= length;
    if (this.#outputLeft < 0) {
      throw new TemplateError(
        `the rendered text is longer than ${this.limits.outputLength} characters`,
      );
    }
  }

  /** Spends what looking for `pattern` in `text` can cost: V8 is quadratic for patterns over 250. */
  spendSearch(text: unknown, pattern: unknown): void {
    const length = this.weigh(text);
    const patternLength = this.weigh(pattern);
    this.spend(length);
    if (patternLength > MAX_LINEAR_PATTERN) this.spend(length * patternLength / 10);
  }

  /**
   * The characters and entries in a value, all levels of it. Counting is work too, so that a value
   * which is enormous when written out is found before anything writes it out.
   */
  weigh(value: unknown): number {
    if (typeof value === "string") return value.length;
    if (typeof value !== "object" || value === null) return 1;
    this.spend(NODE_WORK);
    let weight = NODE_WORK;
    if (Array.isArray(value)) {
      for (const item of value) weight += this.#weighEntry(item);
      return weight;
    }
    for (const key of this.keysOf(value)) {
      weight += key.length + this.#weighEntry(Reflect.get(value, key));
    }
    return weight;
  }

  /** As {@link weigh}, for what looks at a list's entries and not into them. */
  weighShallow(value: unknown): number {
    if (!Array.isArray(value)) return typeof value === "string" ? value.length : 1;
    let weight = NODE_WORK;
    for (const item of value) weight += NODE_WORK + (typeof item === "string" ? item.length : 0);
    return weight;
  }

  /** An object's keys; listing them is spent. */
  keysOf(value: object): string[] {
    const keys = Object.keys(value);
    const isDictionary = keys.length > DICTIONARY_SIZE;
    this.spend(keys.length * (isDictionary ? DICTIONARY_KEY_WORK : NODE_WORK));
    return keys;
  }

  #weighEntry(item: unknown): number {
    if (typeof item === "object" && item !== null) return this.weigh(item);
    this.spend(NODE_WORK);
    return NODE_WORK + (typeof item === "string" ? item.length : 0);
  }
}
