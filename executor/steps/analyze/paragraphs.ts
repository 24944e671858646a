/** Longest run without a space that is read as one word; a tokenizer needs hours for a 1 MB word. */
const MAX_WORD_LENGTH = 200;

/** Lines up to this long, many together, were broken to fit a page. */
const WRAP_LENGTH = 90;
const SHORT_LINE_LENGTH = 45;

/** A paragraph of a text, its whitespace collapsed. */
export interface Paragraph {
  readonly text: string;
  /** A title or the like: short and not closed by a sentence's mark. */
  readonly isHeading: boolean;
}

/**
 * The paragraphs of a text: parted by blank lines, or by single line breaks where the lines were
 * not broken only to fit a page.
 */
export function paragraphsOf(text: string): Paragraph[] {
  return text.toWellFormed().replace(/\r\n?/g, "\n").split(/\n\s*\n/)
    .flatMap((block) => isWrapped(block) ? unwrap(block) : block.split("\n"))
    .map((line) => line.replace(/\s+/g, " ").trim())
    .filter((line) => line !== "")
    .map((line) => ({ text: breakLongWords(line), isHeading: isHeading(line) }));
}

function isWrapped(block: string): boolean {
  const lines = block.trim().split("\n");
  return lines.length >= 3 && lines.every((line) => line.length <= WRAP_LENGTH) &&
    lines.filter((line) => line.length >= SHORT_LINE_LENGTH).length * 2 > lines.length;
}

/** Joins broken lines again; a short line still ends a paragraph. */
function unwrap(block: string): string[] {
  const paragraphs: string[] = [];
  let current: string[] = [];
  for (const line of block.split("\n")) {
    current.push(line);
    if (line.length >= SHORT_LINE_LENGTH) continue;
    paragraphs.push(current.join(" "));
    current = [];
  }
  return [...paragraphs, current.join(" ")];
}

function isHeading(line: string): boolean {
  return line.length <= 120 && !/[.!?…:;,。！？"”’')\]]$/.test(line);
}

function breakLongWords(line: string): string {
  if (line.length <= MAX_WORD_LENGTH) return line;
  return line.replace(
    new RegExp(`\\S{${MAX_WORD_LENGTH}}(?=\\S)`, "gu"),
    (run) => `${run} `,
  );
}
