import { type FormFields, sentText } from "./form_field.ts";
import { type FieldCheck, normalizeText, parseFormField, parseJsonField } from "./input_value.ts";
import { unknownName } from "./known_names.ts";
import { type InputDefinition, type InputValues, MAX_INPUT_BYTES } from "./schema.ts";

const NO_TEXT = "This file is not a text in UTF-8. Choose another";

/** What is wrong, a sentence by field name. */
export type InputErrors = Readonly<Record<string, string>>;

/** Inputs as they arrive: fields of a form, or the `inputs` object of a JSON body. */
export type RawInputs =
  | { readonly source: "form"; readonly fields: FormFields }
  | { readonly source: "json"; readonly fields: Readonly<Record<string, unknown>> };

/** Checked inputs; or a sentence for each field that is wrong; or too much text. */
export type InputsCheck =
  | { readonly ok: true; readonly values: InputValues }
  | {
    readonly ok: false;
    readonly reason: "invalid";
    /** By field name; fields that no input declares are among them. */
    readonly errors: InputErrors;
  }
  | {
    readonly ok: false;
    readonly reason: "too-large";
    /** UTF-8 bytes of all values, and how many there may be. */
    readonly bytes: number;
    readonly limit: number;
  };

/**
 * Checks the inputs of a task.
 *
 * A form sends what the person left in it: an empty field is absent, whatever its default was, a
 * checkbox that is missing is false, and fields that no input declares are left out. JSON says what
 * it means: a missing field takes its default, `null` makes it absent, the types have to be right,
 * and a field that no input declares is an error. In texts line breaks become `\n`, and what cannot
 * be stored or shown (NUL, half a surrogate pair) becomes U+FFFD.
 */
export function parseInputs(inputs: readonly InputDefinition[], raw: RawInputs): InputsCheck {
  const bytes = bytesOf(inputs.map((input) => rawField(input, raw)));
  if (bytes > MAX_INPUT_BYTES) {
    return { ok: false, reason: "too-large", bytes, limit: MAX_INPUT_BYTES };
  }
  const fields = inputs.map((input) => ({ input, field: parseField(input, raw) }));
  const values = fields.flatMap(({ input, field }) =>
    "value" in field && field.value !== undefined ? [[input.name, field.value] as const] : []
  );
  const errors = [
    ...fields.flatMap(({ input, field }) =>
      "error" in field ? [[input.name, field.error] as const] : []
    ),
    ...undeclared(inputs, raw),
  ];
  if (errors.length > 0) {
    return { ok: false, reason: "invalid", errors: Object.fromEntries(errors) };
  }
  return { ok: true, values: Object.fromEntries(values) };
}

function parseField(input: InputDefinition, raw: RawInputs): FieldCheck {
  if (raw.source === "json") return parseJsonField(input, rawField(input, raw));
  const text = sentText(input, raw.fields);
  return text === null ? { error: NO_TEXT } : parseFormField(input, text);
}

function rawField(input: InputDefinition, raw: RawInputs): unknown {
  if (raw.source === "form") return sentText(input, raw.fields);
  const { name } = input;
  return Object.hasOwn(raw.fields, name) ? raw.fields[name] : undefined;
}

function undeclared(inputs: readonly InputDefinition[], raw: RawInputs): [string, string][] {
  if (raw.source === "form") return [];
  const names = inputs.map(({ name }) => name);
  return Object.keys(raw.fields)
    .filter((field) => !names.includes(field))
    .map((field) => {
      const sentence = unknownName(field, { one: "input", many: "Inputs", names });
      return [field, capitalize(sentence)];
    });
}

function capitalize(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** Numbers and booleans are too short to count. */
function bytesOf(fields: readonly unknown[]): number {
  const encoder = new TextEncoder();
  const texts = fields.filter((field) => typeof field === "string").map(normalizeText);
  return texts.reduce((sum, text) => sum + encoder.encode(text).byteLength, 0);
}
