/** Longest text; an error may quote a whole body. */
const MAX_LENGTH = 8_000;
/** Most errors told that led to one another. */
const MAX_CAUSES = 4;

const CREDENTIALS: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, "$1 …"],
  // What opens something here, as `newSecret` makes it: links have it in their path.
  [/\b(cb[a-z]_)[\w-]{43}(?![\w-])/g, "$1…"],
  [/(\/\/[^\s/:@]*):[^\s/@]+@/g, "$1:…@"],
];

/** Makes a text fit for the log: without credentials, and not endless. */
export type Redact = (text: string) => string;

/** @param secrets Texts that the log may not hold, such as keys. */
export function createRedaction(secrets: readonly string[]): Redact {
  const blots = secrets.flatMap((secret) => [secret, encodeURIComponent(secret)])
    .filter((secret) => secret !== "");
  return function redact(text) {
    const told = blots.reduce((rest, secret) => rest.replaceAll(secret, "…"), text);
    const open = CREDENTIALS.reduce((rest, [form, blot]) => rest.replace(form, blot), told);
    return open.length <= MAX_LENGTH ? open : `${open.slice(0, MAX_LENGTH).toWellFormed()}…`;
  };
}

/** Its stack and those of its causes. What else hangs on an error, such as a request, is left out. */
export function tellError(error: unknown, depth = 1): string {
  if (!(error instanceof Error)) return `Not an error but ${Deno.inspect(error, { depth: 1 })}`;
  const { name, message, stack = `${name}: ${message}`, cause } = error;
  if (cause === undefined || depth >= MAX_CAUSES) return stack;
  return `${stack}\ncaused by ${tellError(cause, depth + 1)}`;
}
