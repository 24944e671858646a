import { type Emitter, toValue } from "liquidjs";
import type { Budget } from "./budget.ts";

const WRITE_WORK = 8;

/**
 * Gathers rendered text. Lists and objects are written as JSON: LiquidJS would run a list's entries
 * together and write an object as `[object Object]`.
 */
export class TextEmitter implements Emitter {
  buffer = "";
  readonly #budget: Budget;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  write(value: unknown): void {
    this.buffer += this.#textOf(toValue(value));
  }

  #textOf(value: unknown): string {
    this.#budget.spend(WRITE_WORK + this.#budget.weigh(value));
    if (value === null || value === undefined) return "";
    if (typeof value !== "object") return String(value);
    return JSON.stringify(value);
  }
}

/** As {@link TextEmitter}, for the text that the rendering ends with. */
export class OutputEmitter extends TextEmitter {
  readonly #output: Budget;

  constructor(budget: Budget) {
    super(budget);
    this.#output = budget;
  }

  override write(value: unknown): void {
    const before = this.buffer.length;
    super.write(value);
    this.#output.spendOutput(this.buffer.length - before);
  }
}
