import type { InputDefinition } from "./schema.ts";

/** A file that came with a form: its text, or null where it is no text in UTF-8. */
export interface SentFile {
  readonly text: string | null;
}

/** The fields of a form as they were sent, by name: each a text or a file. */
export type FormFields = ReadonlyMap<string, string | SentFile>;

/**
 * The text that a form has for an input: `undefined` where it has none, null where a file is no
 * text. A file counts only where one is asked for; a text counts there too, as after a form that
 * was refused.
 */
export function sentText(
  { name, type }: InputDefinition,
  fields: FormFields,
): string | null | undefined {
  const field = fields.get(name);
  if (field === undefined || typeof field === "string") return field;
  return type === "file" ? field.text : undefined;
}
