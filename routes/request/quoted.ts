const MAX_LENGTH = 80;

/** A value as somebody sent it, which may be of any length, as a message quotes it. */
export function quoted(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const cut = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH).toWellFormed()}…` : text;
  return typeof value === "string" ? `"${cut}"` : cut;
}
