import winkNLP, { type Document, type ItsFunction } from "wink-nlp";
import model from "wink-eng-lite-web-model";
import type { Paragraph } from "./paragraphs.ts";

/** One word or mark of a text, with its part of speech (Universal POS tags). */
export interface Token {
  readonly text: string;
  /** Lower case, without inflection. */
  readonly lemma: string;
  readonly pos: string;
  /** A word such as "the", which says nothing about what a text is about. */
  readonly isStopWord: boolean;
}

export interface Sentence {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly isHeading: boolean;
  /** Things with a type of their own, by token of this sentence; both ends included. */
  readonly spans: readonly Span[];
}

export interface Span {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** As the language model names it, such as "DATE". */
  readonly type: string;
}

/** A text as the language model reads it. */
export interface Reading {
  readonly sentences: readonly Sentence[];
  /** From -1 to 1. */
  readonly sentiment: number;
}

const nlp = winkNLP(model);
const { its } = nlp;

/** `out` takes this very function, and its type is written down in a way that `out` does not take. */
const lemmaOf = its.lemma as ItsFunction<string>;

/** Reads English; of other languages it makes out words and sentences, but no inflection. */
export function read(paragraphs: readonly Paragraph[]): Reading {
  const doc = nlp.readDoc(paragraphs.map(({ text }) => text).join(PARAGRAPH_BREAK));
  const tokens = readTokens(doc);
  const spans = readSpans(doc);
  const sentences: Sentence[] = [];
  let paragraph = 0;
  let nextSpan = 0;
  for (const [start, end] of boundsOf(doc.sentences().out(its.span))) {
    const own: Span[] = [];
    for (let span = spans[nextSpan]; span && span.start <= end; span = spans[++nextSpan]) {
      own.push(span);
    }
    const sentence = sentenceOf(tokens, start, end, own);
    const isHeading = paragraphs[paragraph]?.isHeading ?? false;
    if (sentence.tokens.length > 0) sentences.push({ ...sentence, isHeading });
    if (tokens[end]?.text.includes("\n")) paragraph++;
  }
  return { sentences, sentiment: clamp(Number(doc.out(its.sentiment))) };
}

const PARAGRAPH_BREAK = "\n\n";

interface SpacedToken extends Token {
  readonly spaces: string;
}

function readTokens(doc: Document): SpacedToken[] {
  const tokens = doc.tokens();
  const lemmas = tokens.out(lemmaOf);
  const tags = tokens.out(its.pos);
  const stops = tokens.out(its.stopWordFlag);
  const spaces = tokens.out(its.precedingSpaces);
  return tokens.out().map((text, index) => ({
    text,
    lemma: lemmas[index] ?? text,
    pos: tags[index] ?? "X",
    isStopWord: stops[index] === true,
    spaces: spaces[index] ?? "",
  }));
}

function readSpans(doc: Document): Span[] {
  const entities = doc.entities();
  const texts = entities.out();
  const types = entities.out(its.type);
  return boundsOf(entities.out(its.span)).map(([start, end], index) => ({
    start,
    end,
    text: texts[index] ?? "",
    type: types[index] ?? "",
  }));
}

function boundsOf(spans: readonly (string | number[])[]): [start: number, end: number][] {
  return spans.flatMap((span) => {
    const [start, end] = span;
    return typeof start === "number" && typeof end === "number" ? [[start, end]] : [];
  });
}

/** Leaves out the tokens that are space, and counts the spans from the sentence's first token. */
function sentenceOf(
  tokens: readonly SpacedToken[],
  start: number,
  end: number,
  spans: readonly Span[],
): Omit<Sentence, "isHeading"> {
  let first = start;
  while (first <= end && tokens[first]?.pos === "SPACE") first++;
  let last = end;
  while (last >= first && tokens[last]?.pos === "SPACE") last--;
  const own = tokens.slice(first, last + 1);
  return {
    text: own.map(({ spaces, text }) => spaces + text).join("").trim(),
    tokens: own,
    spans: spans.map((span) => ({ ...span, start: span.start - first, end: span.end - first })),
  };
}

function clamp(score: number): number {
  return Number.isFinite(score) ? Math.round(Math.max(-1, Math.min(1, score)) * 1000) / 1000 : 0;
}
