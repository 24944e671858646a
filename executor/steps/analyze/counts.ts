import { type Counts, WORDS_PER_MINUTE } from "./analysis.ts";

/** What can be counted in a text of any language; words and sentences by Unicode's rules (UAX 29). */
export function countText(text: string, paragraphs: number): Counts {
  const words = countSegments(text, "word", ({ isWordLike }) => isWordLike === true);
  const sentences = countSegments(text, "sentence", ({ segment }) => /[\p{L}\p{N}]/u.test(segment));
  return {
    characters: countCharacters(text),
    words,
    sentences,
    paragraphs,
    readingMinutes: words === 0 ? 0 : Math.max(1, Math.round(words / WORDS_PER_MINUTE)),
  };
}

function countSegments(
  text: string,
  granularity: "word" | "sentence",
  isCounted: (segment: Intl.SegmentData) => boolean,
): number {
  let count = 0;
  for (const segment of new Intl.Segmenter("en", { granularity }).segment(text)) {
    if (isCounted(segment)) count++;
  }
  return count;
}

function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
