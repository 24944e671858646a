import { z } from "zod";
import { PermanentError } from "./step_kind.ts";

/** A number in a config: written as one, or as a template that renders to one. */
export const NumberSetting = z.union([z.number(), z.string().max(200)]);

/** What a number setting may be; both ends are allowed. */
export interface NumberRange {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly isWhole?: boolean;
}

/**
 * The number a rendered setting stands for.
 *
 * @throws PermanentError that quotes the value, where it is no such number.
 */
export function parseNumberSetting(value: number | string, range: NumberRange): number {
  const number = typeof value === "number" ? value : parseDecimal(value);
  if (number >= range.min && number <= range.max && !(range.isWhole && number % 1 !== 0)) {
    return number;
  }
  const wanted = range.isWhole ? "a whole number" : "a number";
  throw new PermanentError(
    `Cannot use ${JSON.stringify(value)} as "${range.name}": it has to be ${wanted} ` +
      `from ${range.min} to ${range.max}`,
  );
}

function parseDecimal(text: string): number {
  const trimmed = text.trim();
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(trimmed) ? Number(trimmed) : NaN;
}
