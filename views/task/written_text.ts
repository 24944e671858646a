import type { StepStatus, Written } from "../../executor/task.ts";
import { countOf, countWords, formatCount } from "../text/counts.ts";

/** A longer text is shown from a later place on, or the page would become slow. */
const MAX_SHOWN = 64 * 1024;
/** That place moves on in strides, so that most news are additions. */
const STRIDE = 16 * 1024;

/** The part of a streamed text that a page shows, and where it begins in the whole. */
export interface ShownText {
  readonly start: number;
  readonly text: string;
}

/** What is shown depends on the state alone: a page, a snapshot and a row of additions agree. */
export function shownText({ text, length }: Written): ShownText {
  const kept = length - text.length;
  const wanted = Math.ceil(Math.max(0, length - MAX_SHOWN) / STRIDE) * STRIDE;
  const start = Math.max(kept, wanted);
  const shown = text.slice(start - kept);
  return isLowSurrogate(shown)
    ? { start: start + 1, text: shown.slice(1) }
    : { start, text: shown };
}

/** What was added to a text, or null where adding to what is shown would not give what is there. */
export function addedText(previous: Written, next: Written): string | null {
  if (previous.attempt !== next.attempt || next.length < previous.length) return null;
  const [before, after] = [shownText(previous), shownText(next)];
  if (before.start !== after.start || !after.text.startsWith(before.text)) return null;
  const added = after.text.slice(before.text.length);
  // Half a character has already been sent as a question mark.
  return isLowSurrogate(added) ? null : added;
}

/** The heading over a streamed text. */
export function writtenTitle(written: Written, status: StepStatus): string {
  const title = status === "running" ? "Written so far" : "Written before it ended";
  const { start, text } = shownText(written);
  if (start === 0) return `${title}, ${countOf(countWords(text), "word")}`;
  const rest = formatCount(text.length);
  return `${title}, ${countOf(written.length, "character")}; the last ${rest}`;
}

function isLowSurrogate(text: string): boolean {
  return /^[\uDC00-\uDFFF]/.test(text);
}
