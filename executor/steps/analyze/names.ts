import type { EntityType } from "./analysis.ts";
import type { Sentence, Token } from "./reading.ts";
import { isPlaceName, LOCAL_WORDS, PLACE_WORDS } from "./places.ts";

/** A proper name in a text, all its words joined. */
export interface Name {
  /** Its longest form, such as "Maria Lindqvist" where the text also says "Lindqvist". */
  readonly text: string;
  readonly type: Extract<EntityType, "person" | "organization" | "place" | "name">;
  readonly count: number;
  /** Where it stands: sentence, then its tokens, both ends included. */
  readonly mentions: readonly Mention[];
}

export interface Mention {
  readonly sentence: number;
  readonly start: number;
  readonly end: number;
}

interface Candidate {
  text: string;
  readonly mentions: Mention[];
  person: number;
  organization: number;
  place: number;
}

/**
 * The proper names of a text and what each is, judged by the words around it and in it: titles and
 * verbs of speech tell people, "in" and the like places, words such as "Bank" organizations; names
 * joined by "and" are of one type. (The cues are those of McDonald, "Internal and external evidence
 * in the identification and semantic categorization of proper names", 1993.)
 */
export function findNames(sentences: readonly Sentence[]): Name[] {
  const mentions = sentences.flatMap((sentence, index) =>
    sentence.isHeading ? [] : mentionsIn(sentence, index)
  );
  const candidates = gather(sentences, mentions.filter(isSure(sentences, mentions)));
  joinShortForms(candidates);
  for (const candidate of candidates.values()) weigh(candidate, sentences);
  const names = [...candidates.values()].map(toName);
  return shareTypes(names, sentences);
}

const JOINTS = new Set(["of", "de", "del", "der", "van", "von", "da", "di", "al", "bin", "&"]);

function mentionsIn(sentence: Sentence, index: number): Mention[] {
  const { tokens } = sentence;
  const taken = new Set(sentence.spans.flatMap(({ start, end }) => range(start, end)));
  const isName = (at: number) => !taken.has(at) && isProper(tokens[at]);
  const mentions: Mention[] = [];
  for (let start = 0; start < tokens.length; start++) {
    if (!isName(start)) continue;
    let end = start;
    while (isName(end + 1) || (JOINTS.has(tokens[end + 1]?.text ?? "") && isName(end + 2))) end++;
    while (start < end && isTitle(tokens[start])) start++;
    if (!isTitle(tokens[start])) mentions.push({ sentence: index, start, end });
    start = end;
  }
  return mentions;
}

function range(start: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - start + 1) }, (_, index) => start + index);
}

function isProper(token: Token | undefined): boolean {
  return token !== undefined && token.pos === "PROPN" &&
    /^\p{Lu}[\p{L}\p{M}\d.'’-]*$/u.test(token.text);
}

/** A word at the head of a sentence is a name only where it is one in the middle of another too. */
function isSure(sentences: readonly Sentence[], mentions: readonly Mention[]) {
  const inside = new Set<string>();
  for (const mention of mentions) {
    const { tokens } = sentenceAt(sentences, mention);
    for (const at of range(mention.start, mention.end)) {
      if (at > firstWord(tokens)) inside.add(tokens[at]?.text ?? "");
    }
  }
  return (mention: Mention) => {
    const { tokens } = sentenceAt(sentences, mention);
    const isModifier = mention.start === mention.end &&
      /(ian|ean|can|ish|ese|man|lic|utch|ench)s?$/.test(tokens[mention.start]?.text ?? "") &&
      /^(NOUN|ADJ|CCONJ)$/.test(tokens[mention.end + 1]?.pos ?? "");
    if (isModifier) return false;
    if (mention.start !== firstWord(tokens) || mention.end > mention.start) return true;
    const text = tokens[mention.start]?.text ?? "";
    return inside.has(text) || isPlaceName(text) ||
      SPEECH.has(tokens[mention.end + 1]?.lemma ?? "");
  };
}

function firstWord(tokens: readonly Token[]): number {
  return tokens.findIndex(({ pos }) => pos !== "PUNCT" && pos !== "SPACE");
}

function sentenceAt(sentences: readonly Sentence[], { sentence }: Mention): Sentence {
  const found = sentences[sentence];
  if (found === undefined) throw new RangeError(`No sentence ${sentence} in ${sentences.length}`);
  return found;
}

function textOf(sentences: readonly Sentence[], mention: Mention): string {
  const { tokens } = sentenceAt(sentences, mention);
  return tokens.slice(mention.start, mention.end + 1).map(({ text }) => text).join(" ");
}

function gather(sentences: readonly Sentence[], mentions: readonly Mention[]) {
  const candidates = new Map<string, Candidate>();
  for (const mention of mentions) {
    const text = textOf(sentences, mention);
    const key = text.toLowerCase();
    const candidate = candidates.get(key) ??
      { text, mentions: [], person: 0, organization: 0, place: 0 };
    candidate.mentions.push(mention);
    candidates.set(key, candidate);
  }
  return candidates;
}

/** "Lindqvist" is "Maria Lindqvist" where just one longer name ends in it. */
function joinShortForms(candidates: Map<string, Candidate>): void {
  const byLastWord = new Map<string, Candidate[]>();
  for (const [key, candidate] of candidates) {
    const words = key.split(" ");
    const last = words.at(-1) ?? "";
    if (words.length < 2 || words.length > 4 || words.includes("of")) continue;
    byLastWord.set(last, [...byLastWord.get(last) ?? [], candidate]);
  }
  for (const [key, candidate] of candidates) {
    const longer = byLastWord.get(key) ?? [];
    const [only] = longer;
    if (only === undefined || longer.length > 1 || isPlaceName(key)) continue;
    if (isAcronym(candidate.text)) continue;
    only.mentions.push(...candidate.mentions);
    only.person++;
    candidates.delete(key);
  }
}

const TITLES = new Set(
  ("mr mrs ms miss dr prof professor sir dame lord lady judge justice senator captain president mayor governor " +
    "minister chancellor king queen prince princess pope bishop father sister inspector").split(
      " ",
    ),
);
const SPEECH = new Set(
  ("say tell ask reply add warn argue explain write think believe hope fear note recall claim " +
    "insist admit deny joke suggest laugh nod smile").split(" "),
);
const ORGANIZATION_WORDS = new Set(
  ("bank university ministry commission institute corporation corp inc ltd gmbh ag plc company co " +
    "group association agency party council committee court department union foundation school " +
    "college hospital museum police club times post press office authority organisation " +
    "organization federation society energy energie airlines motors technologies systems partners " +
    "holdings fund centre center bureau service services army navy parliament congress senate " +
    "government league team laboratory laboratories academy alliance board network trust studios")
    .split(" "),
);

function isAcronym(text: string): boolean {
  return /^\p{Lu}{2,6}$/u.test(text);
}

function isTitle(token: Token | undefined): boolean {
  return TITLES.has(token?.text.toLowerCase().replace(/\.$/, "") ?? "");
}

/** Adds up what speaks for each type: first the name's own words, then those around it. */
function weigh(candidate: Candidate, sentences: readonly Sentence[]): void {
  const words = candidate.text.toLowerCase().split(" ");
  if (isPlaceName(candidate.text)) candidate.place += 4;
  if (words.length > 1 && words.some((word) => PLACE_WORDS.has(word))) candidate.place += 3;
  if (words.some((word) => ORGANIZATION_WORDS.has(word))) candidate.organization += 5;
  if (isAcronym(candidate.text)) candidate.organization += 2;
  for (const mention of candidate.mentions) weighMention(candidate, mention, sentences);
}

function weighMention(candidate: Candidate, mention: Mention, sentences: readonly Sentence[]) {
  const { tokens } = sentenceAt(sentences, mention);
  const before = tokens[mention.start - 1];
  const after = tokens[mention.end + 1];
  const next = after?.text === "," ? tokens[mention.end + 2] : after;
  const isLong = mention.end > mention.start;
  if (isTitle(before)) candidate.person += 4;
  if (next?.text === "who" || next?.text === "whose") candidate.person += 3;
  if (SPEECH.has(before?.lemma ?? "") || SPEECH.has(after?.lemma ?? "")) {
    candidate.person += isLong ? 2 : 1;
  }
  if (LOCAL_WORDS.has(before?.text.toLowerCase() ?? "")) candidate.place += 2;
  if (before?.text === "of" && PLACE_WORDS.has(tokens[mention.start - 2]?.lemma ?? "")) {
    candidate.place += 3;
  }
}

function toName({ text, mentions, person, organization, place }: Candidate): Name {
  const best = Math.max(person, organization, place);
  const type = best === 0
    ? "name"
    : organization === best
    ? "organization"
    : place === best
    ? "place"
    : "person";
  return { text, type, count: mentions.length, mentions };
}

/** A name of no known type takes that of the name it is joined to by "and" or "or". */
function shareTypes(names: readonly Name[], sentences: readonly Sentence[]): Name[] {
  const ends = new Map<string, Name>();
  const starts = new Map<string, Name>();
  for (const name of names) {
    for (const { sentence, start, end } of name.mentions) {
      starts.set(`${sentence}:${start}`, name);
      ends.set(`${sentence}:${end}`, name);
    }
  }
  return names.map((name) => {
    if (name.type !== "name") return name;
    const partners = name.mentions.flatMap((mention) => {
      const { tokens } = sentenceAt(sentences, mention);
      const { sentence, start, end } = mention;
      return [
        isJoin(tokens[start - 1]) ? ends.get(`${sentence}:${start - 2}`) : undefined,
        isJoin(tokens[end + 1]) ? starts.get(`${sentence}:${end + 2}`) : undefined,
      ];
    });
    return { ...name, type: partners.find((partner) => partner !== undefined)?.type ?? "name" };
  });
}

function isJoin(token: Token | undefined): boolean {
  return token?.text === "and" || token?.text === "or";
}
