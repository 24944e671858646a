/** Longest line; an error may quote a whole body. */
const MAX_LENGTH = 8_000;
/** Most errors told that led to one another. */
const MAX_CAUSES = 4;

const BREAKS = /\s*[\r\n\u0085\u2028\u2029]\s*/g;
/** Control characters, those of terminals among them, and what turns the direction of text. */
const INVISIBLE = /[\p{Cc}\p{Cf}]/gu;
const CREDENTIALS: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, "$1 …"],
  [/(\/\/[^\s/:@]*):[^\s/@]+@/g, "$1:…@"],
];

/**
 * Makes lines for the log of errors: one line each, whatever the error says, without credentials.
 *
 * @param secrets Texts that no line may hold, such as keys.
 */
export function createLogLine(
  secrets: readonly string[],
): (error: unknown, where: string) => string {
  const blots = secrets.flatMap((secret) => [secret, encodeURIComponent(secret)])
    .filter((secret) => secret !== "");
  return function logLine(error, where) {
    const told = blots.reduce((text, secret) => text.replaceAll(secret, "…"), tell(error));
    const open = CREDENTIALS.reduce((text, [form, blot]) => text.replace(form, blot), told);
    const line = `[${where}] ${open}`.replace(BREAKS, " | ").replace(INVISIBLE, escape);
    return line.length <= MAX_LENGTH ? line : `${line.slice(0, MAX_LENGTH).toWellFormed()}…`;
  };
}

/** Its stack and those of its causes. What else hangs on an error, such as a request, is left out. */
function tell(error: unknown, depth = 1): string {
  if (!(error instanceof Error)) return `Not an error but ${Deno.inspect(error, { depth: 1 })}`;
  const { name, message, stack = `${name}: ${message}`, cause } = error;
  if (cause === undefined || depth >= MAX_CAUSES) return stack;
  return `${stack}\ncaused by ${tell(cause, depth + 1)}`;
}

function escape(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
