import assert from "node:assert/strict";
import { Analysis, MAX_ENTITIES } from "../../../../executor/steps/analyze/analysis.ts";
import { analyzeText } from "../../../../executor/steps/analyze/analyze_text.ts";
import { ARTICLE } from "../article.ts";

function analyze(text: string, options: { sentences?: number; keywords?: number } = {}) {
  return Analysis.parse(analyzeText({ text, sentences: 3, keywords: 10, ...options }));
}

Deno.test("analyzeText's summary is whole sentences of the article, in its order", () => {
  const { summary } = analyze(ARTICLE, { sentences: 4 });
  assert.equal(summary.length, 4);
  const places = summary.map((sentence) => ARTICLE.indexOf(sentence));
  assert.ok(places.every((place) => place >= 0), JSON.stringify(summary));
  assert.deepEqual(places, places.toSorted((a, b) => a - b));
  assert.match(summary[0] ?? "", /^The port of Rivermouth will draw most of its electricity/);
  assert.ok(
    !summary.some((sentence) => sentence.startsWith('"')),
    "speech stands for nothing alone",
  );
});

Deno.test("analyzeText's keywords join names and groups, and leave out stop words", () => {
  const { keywords } = analyze(ARTICLE);
  const terms = keywords.map(({ term }) => term);
  assert.equal(keywords.length, 10);
  assert.deepEqual(keywords[0], { term: "turbines", count: 9 });
  for (const term of ["Rivermouth", "harbour authority", "Maria Lindqvist", "tide"]) {
    assert.ok(terms.includes(term), `${term} in ${terms}`);
  }
  for (const term of ["the", "will", "turbine", "Lindqvist"]) {
    assert.ok(!terms.includes(term), term);
  }
});

Deno.test("analyzeText's keywords leave out a word that only stands in a longer term", () => {
  const text = "Climate change is here. Climate change costs money. We fear climate change. ";
  const terms = analyze(text.repeat(2)).keywords.map(({ term }) => term);
  assert.equal(terms[0], "climate change");
  assert.ok(!terms.includes("climate") && !terms.includes("change"), String(terms));
});

Deno.test("analyzeText's entities are told apart and each named once", () => {
  const { entities } = analyze(ARTICLE);
  const has = (text: string, type: string, count: number) =>
    assert.deepEqual(entities.filter((entity) => entity.text === text), [{ text, type, count }]);
  has("Maria Lindqvist", "person", 3);
  has("Tomas Brandt", "person", 1);
  has("Ingrid Solheim", "person", 1);
  has("Scotland", "place", 3);
  has("Rivermouth", "place", 3);
  has("Calder Strait", "place", 1);
  has("Hamburg", "place", 2);
  has("Gothenburg", "place", 1);
  has("European Investment Bank", "organization", 1);
  has("University of Bergen", "organization", 1);
  has("€86 million", "money", 1);
  has("60 percent", "percent", 1);
  has("May 2027", "date", 1);
  const names = entities.map(({ text }) => text);
  for (const no of ["Lindqvist", "Cranes", "Fishing", "Biologists", "Norwegian", "Twelve"]) {
    assert.ok(!names.includes(no), no);
  }
});

Deno.test("analyzeText's entities keep an acronym and a title apart from a person's name", () => {
  const { entities } = analyze(
    "Mayor Ada Quill met the EPA in Lyon. Quill said she trusts it. The town's EPA office agreed. " +
      "Read https://example.org/plan. Write to quill@example.org.",
  );
  const found = entities.map(({ text, type, count }) => `${text}: ${type} ${count}`);
  assert.ok(found.includes("Ada Quill: person 2"), String(found));
  assert.ok(found.includes("EPA: organization 2"), String(found));
  assert.ok(found.includes("https://example.org/plan: url 1"), String(found));
  assert.ok(found.includes("quill@example.org: email 1"), String(found));
});

Deno.test("analyzeText's sentiment follows the text, from -1 to 1", () => {
  const good = analyze("I love this wonderful, happy place. It is great and beautiful.").sentiment;
  const bad = analyze("I hate this terrible, sad place. It is awful and ugly.").sentiment;
  assert.ok(good > 0.3 && good <= 1, String(good));
  assert.ok(bad < -0.3 && bad >= -1, String(bad));
  assert.ok(Math.abs(analyze("The box is on the table.").sentiment) < 0.1);
});

Deno.test("analyzeText counts by Unicode's rules", () => {
  assert.deepEqual(analyze("Two words. And 3 more 😀!\n\nEnd.").counts, {
    characters: 30,
    words: 6,
    sentences: 3,
    paragraphs: 2,
    readingMinutes: 1,
  });
  assert.equal(analyze("word ".repeat(2380)).counts.readingMinutes, 10);
});

Deno.test("analyzeText finds nothing in an empty text", () => {
  for (const text of ["", " \n\t\n ", "\u0000"]) {
    const { summary, keywords, entities, sentiment, counts } = analyze(text);
    assert.deepEqual({ keywords, entities, sentiment }, {
      keywords: [],
      entities: [],
      sentiment: 0,
    });
    assert.ok(summary.every((sentence) => sentence === "\u0000"));
    assert.equal(counts.words, 0);
    assert.equal(counts.readingMinutes, 0);
  }
});

Deno.test("analyzeText returns as much as it is asked for, or what there is", () => {
  const none = analyze(ARTICLE, { sentences: 0, keywords: 0 });
  assert.deepEqual([none.summary, none.keywords], [[], []]);
  const all = analyze(ARTICLE, { sentences: 50, keywords: 100 });
  assert.ok(all.summary.length > 10 && all.summary.length <= 50);
  assert.deepEqual(analyze("Just this.").summary, ["Just this."]);
});

Deno.test("analyzeText takes text of any language and any shape", () => {
  const texts = {
    german: "Der Hafen nutzt die Gezeiten. Die Turbinen stehen im Meer. Der Hafen spart viel Geld.",
    chinese: "港口将使用潮汐能发电。工程师说这是北欧最大的项目，渔民表示担心。",
    arabic: "يستخدم الميناء طاقة المد والجزر. يقول المهندسون إنه أكبر مشروع.",
    emoji: "😀👍🏽👩‍👩‍👧 🇳🇴 ".repeat(500),
    halves: "a \ud83d b \udc00 c.",
    marks: "!?.,;:'\"-()[]{}<>".repeat(500),
    html: "<script>alert(1)</script> {{ x }} __proto__ constructor toString hasOwnProperty. "
      .repeat(9),
    numbers: "1,000.50 -20/3 $5m 10% 1e9 ".repeat(200),
  };
  for (const [name, text] of Object.entries(texts)) {
    const { counts, summary, entities } = analyze(text);
    assert.ok(counts.characters > 0, name);
    assert.ok(summary.length <= 3 && entities.length <= MAX_ENTITIES, name);
    assert.ok(JSON.stringify({ summary, entities }).isWellFormed(), name);
  }
  assert.equal(analyze(texts.chinese).counts.sentences, 2);
  assert.equal(analyze(texts.german).summary.length, 3);
});

Deno.test("analyzeText reads a word of 1 MB, and cuts a sentence of that length", () => {
  const started = performance.now();
  const { summary, counts } = analyze("x".repeat(1_000_000));
  assert.ok(performance.now() - started < 10_000);
  assert.equal(counts.characters, 1_000_000);
  assert.ok((summary[0] ?? "").length <= 501 && summary[0]?.endsWith("…"), summary[0]);
});

Deno.test("analyzeText reads lines that were broken to fit a page as one paragraph", () => {
  const wrapped = "The port of Rivermouth will draw most of its electricity from\n" +
    "the tide within four years, as the harbour authority has said on\n" +
    "Tuesday. Twelve turbines are to be anchored on the seabed soon.\n";
  const { counts, summary } = analyze(`${wrapped}\n${wrapped}`);
  assert.equal(counts.paragraphs, 2);
  assert.match(summary[0] ?? "", /electricity from the tide .+ said on Tuesday\.$/);
  assert.equal(analyze("A title\nA first paragraph.\nA second one.").counts.paragraphs, 3);
});
