import assert from "node:assert/strict";
import { textBrief } from "../../../executor/apps/text_brief.ts";
import { ARTICLE } from "../steps/article.ts";
import { runApp } from "./run_app.ts";

Deno.test("Text brief reads well on an article", async () => {
  const { brief, keywords, numbers } = await runApp(textBrief, { text: ARTICLE, sentences: 4 });
  assert.ok(brief && keywords && numbers);
  assert.match(
    brief,
    /^# Rivermouth harbour to run on tidal power by 2029\n\n\*419 words, 2 min to/,
  );
  assert.match(
    brief,
    /\n## In short\n\n- The port of Rivermouth .+\.\n- .+\.\n- .+\.\n- .+\.\n\n+## Key/,
  );
  assert.match(brief, /\n## Key terms\n\n\*\*turbines\*\* \(9\), /);
  assert.match(brief, /\n- \*\*People:\*\* Maria Lindqvist, Tomas Brandt, Ingrid Solheim\n/);
  assert.match(brief, /\n- \*\*Places:\*\* Rivermouth, Scotland, Hamburg/);
  assert.match(brief, /\n## Dates and amounts\n\n€86 million, €1.2 million, 60 percent, 2029, /);
  assert.doesNotMatch(brief, /\{[{%]|undefined|null|\[object/);
  assert.deepEqual(JSON.parse(keywords)[0], { term: "turbines", count: 9 });
  const { words, readingMinutes, sentiment } = JSON.parse(numbers);
  assert.deepEqual({ words, readingMinutes, sentiment }, {
    words: 419,
    readingMinutes: 2,
    sentiment: 0.028,
  });
});

Deno.test("Text brief follows its inputs", async () => {
  const { brief, keywords } = await runApp(textBrief, { text: ARTICLE, sentences: 1, keywords: 2 });
  assert.equal(brief?.match(/^- [^*]/gm)?.length, 1);
  assert.equal(JSON.parse(keywords ?? "").length, 2);
});

Deno.test("Text brief takes a Markdown title without its mark, and cuts a long first line", async () => {
  const titled = await runApp(textBrief, {
    text: "\n# A title in Markdown \n\nAnd a text about it.",
  });
  assert.match(titled.brief ?? "", /^# A title in Markdown\n/);
  const long = await runApp(textBrief, { text: "A line that goes on and on ".repeat(100) });
  assert.match(long.brief ?? "", /^# .{20,160}…\n/);
});

Deno.test("Text brief has something to say of the smallest and the strangest text", async () => {
  for (
    const text of [
      "hi",
      "?",
      "{{ inputs }} {% if %}",
      "</script>\n\u0000",
      "港口将使用潮汐能发电。",
    ]
  ) {
    const { brief, keywords, numbers } = await runApp(textBrief, { text });
    assert.ok(brief?.includes(text.split("\n")[0] ?? ""), brief);
    assert.match(brief ?? "", /## In short\n\n\S/);
    assert.ok(Array.isArray(JSON.parse(keywords ?? "")) && JSON.parse(numbers ?? ""));
  }
});

Deno.test("Text brief reads 1 MB", async () => {
  const text = `${ARTICLE}\n`.repeat(Math.floor(1_000_000 / (ARTICLE.length + 10)));
  const { brief } = await runApp(textBrief, { text });
  assert.match(brief ?? "", /^# Rivermouth .+\n\n\*1\d{5} words, \d{3} min to read/);
});
