import { type FormFields, sentText } from "./form_field.ts";
import { normalizeText } from "./input_value.ts";
import type { InputDefinition, InputValues } from "./schema.ts";

/** Where the values of a form come from. */
export type FormSource =
  | { readonly from: "defaults" }
  /** A URL's query: names that it lacks keep their defaults. */
  | { readonly from: "query"; readonly fields: ReadonlyMap<string, string> }
  /** A form as it was sent, right or wrong. */
  | { readonly from: "form"; readonly fields: FormFields }
  /** A task that ran. */
  | { readonly from: "task"; readonly values: InputValues };

const TICKED = ["on", "true", "1", "yes"];

/** What each control of a form begins with: a text, or whether a checkbox is ticked. */
export function formValues(
  inputs: readonly InputDefinition[],
  source: FormSource,
): Record<string, string | boolean> {
  return Object.fromEntries(inputs.map((input) => [input.name, formValue(input, source)]));
}

function formValue(input: InputDefinition, source: FormSource): string | boolean {
  switch (source.from) {
    case "defaults":
      return shown(input, input.default);
    case "query":
      return fromQuery(input, source.fields.get(input.name));
    case "form":
      return fromForm(input, source.fields);
    case "task":
      return shown(
        input,
        Object.hasOwn(source.values, input.name) ? source.values[input.name] : "",
      );
  }
}

function fromQuery(input: InputDefinition, text: string | undefined): string | boolean {
  if (text === undefined) return shown(input, input.default);
  if (input.type === "checkbox") return TICKED.includes(text.toLowerCase());
  if (input.type === "select" && !input.options.includes(text)) return shown(input, input.default);
  return normalizeText(text);
}

function fromForm(input: InputDefinition, fields: FormFields): string | boolean {
  const text = sentText(input, fields);
  return input.type === "checkbox" ? text !== undefined : normalizeText(text ?? "");
}

function shown(
  input: InputDefinition,
  value: string | number | boolean | undefined,
): string | boolean {
  return input.type === "checkbox" ? value === true : String(value ?? "");
}
