import type { Sentence, Token } from "./reading.ts";

const MIN_WORDS = 6;
const MAX_LENGTH = 500;
/** How much more the first sentence counts than one far down (Edmundson 1969: location). */
const LEAD_BONUS = 1;
const LEAD_FADE = 4;
const TITLE_WEIGHT = 2;
/** A sentence that opens so leans on the one before it, or is somebody's speech. */
const LEANING =
  /^(?:["“]|(?:i|we|you|my|our|he|she|it|they|this|that|these|those|but|and|so|or|however|then|nor)(?!\p{L}))/iu;
const LEANING_WEIGHT = 0.6;

/**
 * The sentences that say most of what a text says, in its order. Words count by how often the text
 * uses them, titles' words double (Luhn, "The automatic creation of literature abstracts", 1958;
 * Edmundson, "New methods in automatic extracting", 1969); each sentence chosen makes its words
 * count less for the next, which keeps repetitions out (SumBasic: Nenkova and Vanderwende, "The
 * impact of frequency on summarization", 2005).
 */
export function summarize(sentences: readonly Sentence[], limit: number): string[] {
  const body = sentences.filter(({ isHeading }) => !isHeading);
  const chosen = choose(body.length > 0 ? body : sentences, wordWeights(sentences), limit);
  return chosen.map(cut);
}

function choose(
  sentences: readonly Sentence[],
  weights: Map<string, number>,
  limit: number,
): string[] {
  const long = sentences.map(toCandidate).filter(({ isFit }) => isFit);
  const left = new Set(long.length > 0 ? long : sentences.map(toCandidate));
  const chosen: Candidate[] = [];
  while (chosen.length < limit && left.size > 0) {
    const best = bestOf(left, weights);
    chosen.push(best);
    left.delete(best);
    for (const lemma of best.lemmas) {
      const weight = weights.get(lemma) ?? 0;
      weights.set(lemma, weight * weight);
    }
  }
  return chosen.sort((a, b) => a.index - b.index).map(({ text }) => text);
}

interface Candidate {
  readonly index: number;
  readonly text: string;
  readonly lemmas: ReadonlySet<string>;
  /** How long it is and where it stands, as a factor. */
  readonly factor: number;
  readonly isFit: boolean;
}

function toCandidate({ text, tokens }: Sentence, index: number): Candidate {
  const content = tokens.filter(isContent);
  const words = tokens.filter(({ pos }) => pos !== "PUNCT").length;
  const lead = 1 + LEAD_BONUS * Math.exp(-index / LEAD_FADE);
  const leaning = LEANING.test(text) ? LEANING_WEIGHT : 1;
  return {
    index,
    text,
    lemmas: new Set(content.map(({ lemma }) => lemma)),
    factor: lead * leaning / Math.sqrt(Math.max(MIN_WORDS, content.length)),
    isFit: words >= MIN_WORDS && text.length <= MAX_LENGTH && !/[?:]["”’]?$/.test(text),
  };
}

function bestOf(candidates: Iterable<Candidate>, weights: ReadonlyMap<string, number>): Candidate {
  let best: Candidate | undefined;
  let bestScore = -1;
  for (const candidate of candidates) {
    let score = 0;
    for (const lemma of candidate.lemmas) score += weights.get(lemma) ?? 0;
    score *= candidate.factor;
    if (score > bestScore) [best, bestScore] = [candidate, score];
  }
  if (best === undefined) throw new RangeError("Cannot choose from no sentence");
  return best;
}

/** The share of each word in all words: from 0 to 1, 1 together. */
function wordWeights(sentences: readonly Sentence[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { tokens, isHeading } of sentences) {
    for (const { lemma } of tokens.filter(isContent)) {
      counts.set(lemma, (counts.get(lemma) ?? 0) + (isHeading ? TITLE_WEIGHT : 1));
    }
  }
  let total = 0;
  for (const count of counts.values()) total += count;
  return new Map([...counts].map(([lemma, count]) => [lemma, count / total]));
}

function isContent({ pos, isStopWord, text }: Token): boolean {
  return !isStopWord && pos !== "PUNCT" && pos !== "NUM" && pos !== "SYM" && /\p{L}/u.test(text);
}

function cut(text: string): string {
  if (text.length <= MAX_LENGTH) return text;
  return `${text.slice(0, MAX_LENGTH).toWellFormed().replace(/\s+\S*$/, "")}…`;
}
