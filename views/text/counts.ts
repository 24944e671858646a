import type { Excerpt, Usage } from "../../executor/task.ts";

/** `2,000,000`. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1 step`, `3 steps`. */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** `3`, `3 and 4`, `1, 3 and 4`. */
export function listOf(items: readonly (number | string)[]): string {
  const last = items.at(-1);
  if (last === undefined) return "";
  if (items.length === 1) return String(last);
  return `${items.slice(0, -1).join(", ")} and ${last}`;
}

/** Tokens as words: `3,912 in, 148 out`. */
export function usageWords({ inputTokens, outputTokens }: Usage): string {
  return `${formatCount(inputTokens)} in, ${formatCount(outputTokens)} out`;
}

/** How much of a text is shown, where it is not all of it. */
export function cutNote({ text, length }: Excerpt): string {
  return `The first ${formatCount(text.length)} of ${countOf(length, "character")}`;
}

/** Words as spaces part them; quick, because it is asked again for every piece of a long text. */
export function countWords(text: string): number {
  let count = 0;
  let wasSpace = true;
  for (let index = 0; index < text.length; index++) {
    const isSpace = isSpaceCode(text.charCodeAt(index));
    if (wasSpace && !isSpace) count++;
    wasSpace = isSpace;
  }
  return count;
}

function isSpaceCode(code: number): boolean {
  return code <= 0x20 || code === 0xA0 || code === 0x3000 || (code >= 0x2000 && code <= 0x200A);
}

/** `1st`, `2nd`, `11th`. */
export function ordinal(number: number): string {
  const teen = number % 100 >= 11 && number % 100 <= 13;
  const ending = teen ? "th" : ["th", "st", "nd", "rd"][number % 10] ?? "th";
  return `${number}${ending}`;
}
