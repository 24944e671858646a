import { shorten } from "./quote.ts";
import type { InputDefinition } from "./schema.ts";
import { isWebAddress } from "./web_address.ts";

/** One field: its value, `undefined` where it is absent, or what is wrong with it. */
export type FieldCheck =
  | { readonly value: string | number | boolean | undefined }
  | { readonly error: string };

/** Each digit can match in one way only, so that a megabyte of digits is refused at once. */
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,4})?$/i;

/** A field of a form; `undefined` where the form has none of this name. */
export function parseFormField(input: InputDefinition, typed: string | undefined): FieldCheck {
  if (input.type === "checkbox") return checkTicked(input, typed !== undefined);
  if (typed === undefined || typed.trim() === "") return absent(input);
  if (input.type === "number") return parseNumber(input, typed.trim());
  return checkText(input, typed);
}

/** A field of a JSON body; `undefined` where it has none of this name. */
export function parseJsonField(input: InputDefinition, given: unknown): FieldCheck {
  if (given === undefined && input.default !== undefined) {
    return parseJsonField(input, input.default);
  }
  if (given === undefined || given === null) return absent(input);
  switch (input.type) {
    case "checkbox":
      return typeof given === "boolean"
        ? checkTicked(input, given)
        : wrongType("true or false", given);
    case "number":
      return typeof given === "number" && Number.isFinite(given)
        ? checkRange(input, given)
        : wrongType("a number", given);
    default:
      if (typeof given !== "string") return wrongType("a text", given);
      return given.trim() === "" ? absent(input) : checkText(input, given);
  }
}

/** A text with line breaks as `\n` and U+FFFD for what cannot be stored or shown. */
export function normalizeText(text: string): string {
  return text.replaceAll(/\r\n?/g, "\n").replaceAll("\0", "\uFFFD").toWellFormed();
}

type Checkbox = Extract<InputDefinition, { type: "checkbox" }>;
type NumberInput = Extract<InputDefinition, { type: "number" }>;
type TextInput = Exclude<InputDefinition, Checkbox | NumberInput>;

function absent(input: InputDefinition): FieldCheck {
  if (input.type === "checkbox") return checkTicked(input, false);
  if (!input.required) return { value: undefined };
  return { error: input.type === "select" ? "Choose one" : "This is required" };
}

function checkTicked({ required }: Checkbox, isTicked: boolean): FieldCheck {
  return required && !isTicked ? { error: "This has to be ticked" } : { value: isTicked };
}

function parseNumber(input: NumberInput, typed: string): FieldCheck {
  const number = DECIMAL.test(typed) ? Number(typed) : NaN;
  if (Number.isFinite(number)) return checkRange(input, number);
  return { error: `${curly(typed)} is not a number. Write it like 12 or 3.5` };
}

function checkRange({ min, max }: NumberInput, number: number): FieldCheck {
  if (min !== undefined && number < min) {
    return { error: `${curly(number)} is too small. It has to be at least ${min}` };
  }
  if (max !== undefined && number > max) {
    return { error: `${curly(number)} is too large. It has to be at most ${max}` };
  }
  return { value: number === 0 ? 0 : number };
}

function checkText(input: TextInput, given: string): FieldCheck {
  const text = normalizeText(given);
  switch (input.type) {
    case "select":
      return input.options.includes(text)
        ? { value: text }
        : { error: `${curly(text)} is not one of the options. Choose one` };
    case "url":
      return checkAddress(input, text.trim());
    default:
      return checkLength(input, text);
  }
}

function checkAddress(
  input: Extract<TextInput, { type: "url" }>,
  address: string,
): FieldCheck {
  if (isWebAddress(address)) return checkLength(input, address);
  const wanted = /^https?:\/\//i.test(address)
    ? "It has to be like https://example.org/page"
    : "It has to begin with https:// or http://";
  return { error: `${curly(address)} is not a web address. ${wanted}` };
}

function checkLength(
  { maxLength }: Exclude<TextInput, { type: "select" }>,
  text: string,
): FieldCheck {
  if (maxLength === undefined || text.length <= maxLength) return { value: text };
  return { error: `This is ${text.length} characters long. It may have at most ${maxLength}` };
}

function wrongType(wanted: string, given: unknown): FieldCheck {
  return { error: `This has to be ${wanted}, not ${typed(given)}` };
}

function typed(given: unknown): string {
  if (typeof given === "string") return `the text ${curly(given)}`;
  if (Array.isArray(given)) return "a list";
  return typeof given === "object" ? "an object" : String(given);
}

function curly(value: string | number): string {
  return `“${shorten(String(value))}”`;
}
