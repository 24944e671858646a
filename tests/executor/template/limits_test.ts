import assert from "node:assert/strict";
import {
  renderConfig,
  renderTemplate,
  TemplateError,
  templateReferences,
  type TemplateScope,
} from "../../../executor/template/liquid.ts";

/** Unbounded, these take half a minute or never end; bounded, 200 ms on a machine that is not busy. */
const MAX_MILLISECONDS = 10_000;

const numbers = Array.from({ length: 300_000 }, (_, index) => index);
const letters = "a".repeat(1_000_000);
const scope: TemplateScope = {
  inputs: {
    letters,
    needle: `${"a".repeat(5_000)}b${"a".repeat(5_000)}`,
    flags: `%${"0".repeat(500_000)}\n`,
    signs: "<".repeat(900_000),
  },
  steps: {
    numbers: { output: numbers },
    table: { output: numbers.slice(0, 50_000).map((id) => ({ id, a: { b: id % 7 } })) },
    keys: { output: Object.fromEntries(numbers.map((id) => [`k${id}`, id])) },
    grid: { output: Array.from({ length: 500 }, () => numbers.slice(0, 500)) },
  },
};

async function outcome(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work;
  } catch (error) {
    return error;
  }
}

const TOO_MUCH = /too much to do/;
const loop = (body: string) => `{% for i in (1..1000) %}${body}{% endfor %}`;
const often = (text: string, times: number, joint = "") => Array(times).fill(text).join(joint);

/** Each must be stopped, by its work alone: the clock's limit is off. */
const STOPPED: Readonly<Record<string, readonly [string, RegExp]>> = {
  "nested loops": [loop(loop(loop("x"))), TOO_MUCH],
  "nested empty loops": [loop(loop(loop(""))), TOO_MUCH],
  "loops around a tag": [loop(loop(loop("{% assign x = 1 %}"))), TOO_MUCH],
  "thirty nested loops": [
    `${often("{% for i in (1..2) %}", 30)}x${often("{% endfor %}", 30)}`,
    TOO_MUCH,
  ],
  "a billion rounds": ["{% for i in (1..1000000000) %}x{% endfor %}", TOO_MUCH],
  "a range that never ends": [
    "{% for i in (100000000000000000..100000000000000100) %}x{% endfor %}",
    /a number too large to count with/,
  ],
  "an endless range made by filters": [
    "{% assign n = 1 | times: 100000000000000000 %}{% for i in (n..n) %}{% endfor %}",
    /a number too large to count with/,
  ],
  "an endless range made of text": [
    "{% assign n = '1e17' %}{% for i in (n..n) %}{% endfor %}",
    /a number too large to count with/,
  ],
  "a range from minus infinity": [
    "{% assign n = '-Infinity' %}{% for i in (n..1) %}{% endfor %}",
    /a number too large to count with/,
  ],
  "a list as a loop's limit": [
    "{% for i in (1..2) limit: steps.numbers.output %}{% endfor %}",
    /has to be a number/,
  ],
  "a long needle in a long text": [
    "{% if inputs.letters contains inputs.needle %}{% endif %}",
    TOO_MUCH,
  ],
  "replacing a long needle": ["{{ inputs.letters | replace: inputs.needle, '' }}", TOO_MUCH],
  "splitting at a long needle": ["{{ inputs.letters | split: inputs.needle }}", TOO_MUCH],
  "a date's format that backtracks": [
    "{{ 'now' | date: inputs.flags }}",
    /a date's format has at most 100 characters/,
  ],
  "a date's width": ["{{ 'now' | date: '%500000000d' }}", TOO_MUCH],
  "many slow dates": [loop(loop("{{ 'now' | date: '%A %B' }}")), TOO_MUCH],
  "doubling a text": [
    `{% assign a = 'x' %}${often("{% assign a = a | append: a %}", 40)}{{ a }}`,
    TOO_MUCH,
  ],
  "doubling a capture": [
    `{% assign a = 'x' %}${often("{% capture a %}{{ a }}{{ a }}{% endcapture %}", 40)}`,
    TOO_MUCH,
  ],
  "doubling a list": [
    `{% assign a = steps.numbers.output %}${often("{% assign a = a | concat: a %}", 20)}`,
    TOO_MUCH,
  ],
  "a long list of long texts": [
    `{% assign a = inputs.letters | split: '|' %}${
      often("{% assign a = a | concat: a %}", 20)
    }{{ a | join }}`,
    TOO_MUCH,
  ],
  "writing the same text often": [often("{{ inputs.letters }}", 1000), /longer than 8000000/],
  "sorting lists of lists": ["{{ steps.grid.output | sort }}", TOO_MUCH],
  "comparing lists of lists": [
    "{% if steps.grid.output < steps.grid.output %}{% endif %}",
    TOO_MUCH,
  ],
  "comparing lists often": [
    `{% if ${often("steps.numbers.output == steps.numbers.output", 500, " or ")} %}{% endif %}`,
    TOO_MUCH,
  ],
  "lists in a case": [
    "{% case steps.numbers.output %}{% when 1 %}{% endcase %}",
    /has to compare a text, a number or true\/false/,
  ],
  "counting keys often": [
    `{% if ${often("steps.keys.output.size == 1", 1000, " or ")} %}{% endif %}`,
    TOO_MUCH,
  ],
  "writing an object of many keys": ["{{ steps.keys.output }}", TOO_MUCH],
  "looping over an object of many keys": ["{% for k in steps.keys.output %}{% endfor %}", TOO_MUCH],
  "filtering a long list": ["{{ steps.table.output | where: 'a.b', 3 | size }}", TOO_MUCH],
  "brackets that are not closed": [`{{ inputs${often("[", 50_000)}`, /is not closed/],
  "nested parentheses": [`{{ ${often("(", 50_000)} }}`, /nested too deeply|is not/],
  "a template that is too long": [`{{ 1 }}${letters}`, /longer than 60000 characters/],
  "filters that are left out": ["{{ steps.numbers.output | sample }}", /there is no filter/],
  "a list that holds itself": ["{{ steps.numbers.output | push: 1 }}", /there is no filter/],
};

for (const [name, [text, message]] of Object.entries(STOPPED)) {
  Deno.test(`renderTemplate stops ${name}`, async () => {
    await renderTemplate("{{ 1 }}", scope);
    const startedAt = performance.now();
    const error = await outcome(renderTemplate(text, scope, { milliseconds: 60_000 }));
    const milliseconds = performance.now() - startedAt;
    assert.ok(error instanceof TemplateError, `it was rendered: ${String(error).slice(0, 100)}`);
    assert.match(error.message, message);
    assert.ok(milliseconds < MAX_MILLISECONDS, `it took ${milliseconds} ms`);
  });
}

/** Each is a lot and has to work, soon enough. */
const DONE: Readonly<Record<string, string>> = {
  "a megabyte": "{{ inputs.letters }}{{ inputs.letters | upcase }}",
  "escaping a megabyte": "{{ inputs.signs | escape | size }}",
  "a list as JSON": "{{ steps.table.output | json | size }}",
  "10,000 rounds": "{% for i in (1..10000) %}{{ i }}{% endfor %}",
  "looking up by a list": "{{ inputs[steps.grid.output] }}",
  "12,000 outputs": often("{{1}}", 12_000),
  "7,000 look-ups": `{{ inputs${often("[inputs]", 7_000)} }}`,
  "8,000 filters": `{{ 1${often("|plus:1", 8_000)} }}`,
};

for (const [name, text] of Object.entries(DONE)) {
  Deno.test(`renderTemplate manages ${name}`, async () => {
    await renderTemplate("{{ 1 }}", scope);
    const startedAt = performance.now();
    const result = await outcome(renderTemplate(text, scope, { milliseconds: 60_000 }));
    const milliseconds = performance.now() - startedAt;
    assert.equal(typeof result, "string", String(result));
    assert.ok(milliseconds < MAX_MILLISECONDS, `it took ${milliseconds} ms`);
  });
}

Deno.test("templateReferences reads thousands of references at once", async () => {
  await templateReferences("{{ inputs.a }}");
  for (const text of [often("{{inputs.a}}", 5_000), `{{inputs${often("[inputs]", 7_000)}}}`]) {
    const startedAt = performance.now();
    await templateReferences(text);
    const milliseconds = performance.now() - startedAt;
    assert.ok(milliseconds < MAX_MILLISECONDS, `it took ${milliseconds} ms`);
  }
});

Deno.test("renderConfig shares its limits among all texts", async () => {
  const config = { first: "{{ inputs.letters }}", second: "{{ inputs.letters }}" };
  await renderConfig(config, scope, { outputLength: 2_000_000 });
  await assert.rejects(
    renderConfig(config, scope, { outputLength: 1_999_999 }),
    /the rendered text is longer than 1999999 characters/,
  );
});

Deno.test("renderTemplate stops at the clock's limit, too", async () => {
  const limits = { work: Infinity, milliseconds: 20 };
  await assert.rejects(renderTemplate(loop(loop("x")), scope, limits), /takes (too long|longer)/);
});
