import type { Keyword } from "./analysis.ts";
import type { Name } from "./names.ts";
import type { Sentence, Token } from "./reading.ts";

const MAX_TERM_WORDS = 3;
/** What a term in a title counts more (Edmundson, "New methods in automatic extracting", 1969). */
const TITLE_WEIGHT = 1.5;

interface Term {
  readonly key: string;
  readonly words: number;
  readonly forms: Map<string, number>;
  count: number;
  /** How often it stands inside the longer term that holds it most often. */
  nestedCount: number;
  isInTitle: boolean;
}

/**
 * The terms a text is about, after the C-value of Frantzi, Ananiadou and Mima ("Automatic
 * recognition of multi-word terms", 2000): frequent nouns and groups of words that end in one,
 * lemmas taken together, less what they owe to longer terms they are part of. Two changes: it is
 * log2(words + 1), so that single words count too, and what is taken off is the count of the most
 * frequent longer term, as the mean leaves "change" beside "climate change". A proper name is one
 * term.
 */
export function findKeywords(
  sentences: readonly Sentence[],
  names: readonly Name[],
  limit: number,
): Keyword[] {
  if (limit === 0) return [];
  const terms = gatherTerms(sentences, names);
  const kept = [...terms.values()].filter(({ words, count }) => words === 1 || count > 1);
  noteNesting(kept, terms);
  return kept.map((term) => ({ term, value: cValue(term) }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value || b.term.count - a.term.count)
    .slice(0, limit)
    .map(({ term }) => ({ term: commonForm(term.forms), count: term.count }));
}

function cValue({ words, count, nestedCount, isInTitle }: Term): number {
  return Math.log2(words + 1) * (count - nestedCount) * (isInTitle ? TITLE_WEIGHT : 1);
}

function gatherTerms(sentences: readonly Sentence[], names: readonly Name[]) {
  const terms = new Map<string, Term>();
  const taken = sentences.map(() => new Set<number>());
  for (const name of names) {
    for (const { sentence, start, end } of name.mentions) {
      for (let at = start; at <= end; at++) taken[sentence]?.add(at);
      addTerm(terms, name.text.toLowerCase(), name.text, { words: 1, isInTitle: false });
    }
  }
  sentences.forEach((sentence, index) => {
    for (const { start, end } of sentence.spans) {
      for (let at = start; at <= end; at++) taken[index]?.add(at);
    }
    addGroups(terms, sentence, taken[index] ?? new Set());
  });
  return terms;
}

function addGroups(
  terms: Map<string, Term>,
  { tokens, isHeading }: Sentence,
  taken: ReadonlySet<number>,
): void {
  for (let start = 0; start < tokens.length; start++) {
    for (let end = start; end < start + MAX_TERM_WORDS; end++) {
      const token = tokens[end];
      if (token === undefined || taken.has(end) || !isPart(token)) break;
      if (token.pos === "ADJ") continue;
      const group = tokens.slice(start, end + 1);
      const form = group.map(({ text }) => text.toLowerCase()).join(" ");
      const key = group.map(({ lemma }) => lemma).join(" ");
      addTerm(terms, key, form, { words: group.length, isInTitle: isHeading });
    }
  }
}

function isPart({ pos, isStopWord, text }: Token): boolean {
  return !isStopWord && (pos === "NOUN" || pos === "PROPN" || pos === "ADJ") &&
    /^\p{L}[\p{L}\p{M}\d'’-]+$/u.test(text) && text.length <= 60;
}

function addTerm(
  terms: Map<string, Term>,
  key: string,
  form: string,
  { words, isInTitle }: Pick<Term, "words" | "isInTitle">,
): void {
  const term = terms.get(key) ?? {
    key,
    words,
    forms: new Map<string, number>(),
    count: 0,
    nestedCount: 0,
    isInTitle: false,
  };
  term.count++;
  term.isInTitle ||= isInTitle;
  term.forms.set(form, (term.forms.get(form) ?? 0) + 1);
  terms.set(key, term);
}

function noteNesting(kept: readonly Term[], terms: ReadonlyMap<string, Term>): void {
  for (const longer of kept) {
    if (longer.words === 1) continue;
    for (const part of innerGroups(longer.key)) {
      const term = terms.get(part);
      if (term !== undefined) term.nestedCount = Math.max(term.nestedCount, longer.count);
    }
  }
}

function innerGroups(key: string): Set<string> {
  const words = key.split(" ");
  const groups = words.flatMap((_, start) =>
    words.slice(start).map((_, length) => words.slice(start, start + length + 1).join(" "))
  );
  return new Set(groups.filter((group) => group !== key));
}

function commonForm(forms: ReadonlyMap<string, number>): string {
  return [...forms].reduce((best, form) => form[1] > best[1] ? form : best)[0];
}
