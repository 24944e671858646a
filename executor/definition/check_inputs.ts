import type { InputDefinition } from "./schema.ts";
import { alternatives, quote } from "./quote.ts";
import { isWebAddress } from "./web_address.ts";

/** A field of an input that does not fit the others, and what is wanted. */
export interface InputProblem {
  readonly field: string;
  readonly sentence: string;
}

/** What is wrong with an input beyond its shape: limits that exclude each other or the default. */
export function checkInput(input: InputDefinition): InputProblem[] {
  switch (input.type) {
    case "text":
    case "multiline":
    case "url":
    case "file":
      return checkText(input);
    case "number":
      return checkNumber(input);
    case "select":
      return checkSelect(input);
    case "checkbox":
      return [];
  }
}

type TextInput = Extract<InputDefinition, { type: "text" | "multiline" | "url" | "file" }>;

function checkText({ type, default: text, maxLength }: TextInput): InputProblem[] {
  if (text === undefined) return [];
  if (maxLength !== undefined && text.length > maxLength) {
    return onDefault(`has at most ${maxLength} characters, this one has ${text.length}`);
  }
  if (type === "url" && !isWebAddress(text)) {
    return onDefault(`has to begin with https:// or http://, not ${quote(text)}`);
  }
  if (type === "text" && /[\r\n]/.test(text)) {
    return onDefault('has to be one line. Several lines need the type "multiline"');
  }
  return [];
}

function checkNumber(
  { default: number, min, max }: Extract<InputDefinition, { type: "number" }>,
): InputProblem[] {
  if (min !== undefined && max !== undefined && min > max) {
    return [{ field: "min", sentence: `has to be at most "max", which is ${max}, not ${min}` }];
  }
  if (number === undefined) return [];
  if (min !== undefined && number < min) {
    return onDefault(`has to be at least ${min}, not ${number}`);
  }
  if (max !== undefined && number > max) {
    return onDefault(`has to be at most ${max}, not ${number}`);
  }
  return [];
}

function checkSelect(
  { default: option, options }: Extract<InputDefinition, { type: "select" }>,
): InputProblem[] {
  const repeated = options.find((text, index) => options.indexOf(text) !== index);
  if (repeated !== undefined) {
    return [{ field: "options", sentence: `has ${quote(repeated)} twice` }];
  }
  if (option === undefined || options.includes(option)) return [];
  return onDefault(`has to be ${alternatives(options.slice(0, 10))}, not ${quote(option)}`);
}

function onDefault(sentence: string): InputProblem[] {
  return [{ field: "default", sentence }];
}
