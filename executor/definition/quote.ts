const MAX_LENGTH = 40;

/** A value as a message quotes it: short, on one line. */
export function quote(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value === "string") return `"${shorten(value)}"`;
  return String(value);
}

/** The beginning of a text, on one line, at most 40 characters. */
export function shorten(text: string): string {
  const characters = [...text.slice(0, 2 * MAX_LENGTH + 2).replaceAll(/\s+/g, " ")];
  if (characters.length <= MAX_LENGTH) return characters.join("");
  return `${characters.slice(0, MAX_LENGTH - 1).join("")}…`;
}

/** `"a", "b" or "c"`. */
export function alternatives(values: readonly unknown[]): string {
  const quoted = values.map(quote);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} or ${last}`;
}
