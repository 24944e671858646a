/** Most characters of a service's own words in one of our sentences. */
const MAX_QUOTE_LENGTH = 300;

/**
 * A service's words, ready to stand in a sentence: one line, shortened, in quotation marks, and
 * with `secret` blotted out should the service have repeated it.
 */
export function quote(text: string, secret: string | null): string {
  const open = secret === null || secret === "" ? text : blotOut(text, secret);
  // deno-lint-ignore no-control-regex -- control characters are what is to go
  const line = open.toWellFormed().replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, " ").trim();
  const characters = [...line.slice(0, 2 * MAX_QUOTE_LENGTH)];
  const isLong = characters.length > MAX_QUOTE_LENGTH;
  return `"${isLong ? characters.slice(0, MAX_QUOTE_LENGTH).join("") + "…" : line}"`;
}

function blotOut(text: string, secret: string): string {
  return text.replaceAll(secret, "…").replaceAll(encodeURIComponent(secret), "…");
}
