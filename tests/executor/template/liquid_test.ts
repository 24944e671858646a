import assert from "node:assert/strict";
import {
  renderConfig,
  renderTemplate,
  TemplateError,
  templateReferences,
  type TemplateScope,
} from "../../../executor/template/liquid.ts";

const scope: TemplateScope = {
  inputs: { text: "Hello", count: 3, loud: true, html: "<b>&'\"</b>" },
  steps: {
    facts: { output: { title: "Tides", tags: ["moon", "sea"], size: 7 } },
    draft: { output: "First\nsecond" },
    numbers: { output: [3, 1, 2] },
  },
};

const nothing: TemplateScope = { inputs: {}, steps: {} };

Deno.test("renderTemplate fills in inputs and results", async () => {
  const text = "{{ inputs.text }} {{ inputs.count | plus: 1 }} {{ inputs.loud }} " +
    "{{ steps.facts.output.title }}/{{ steps.facts.output.tags[1] }}/{{ steps.draft.output }}";
  assert.equal(await renderTemplate(text, scope), "Hello 4 true Tides/sea/First\nsecond");
});

Deno.test("renderTemplate returns a text without tags as it is", async () => {
  for (const text of ["", "plain", "{ } %} }} {", "{ {x} }", "a\r\nb\0"]) {
    assert.equal(await renderTemplate(text, nothing), text);
  }
});

Deno.test("renderTemplate writes nothing for what is absent", async () => {
  const text = "[{{ inputs.missing }}{{ steps.gone.output }}{{ steps.facts.output.no.such }}]";
  assert.equal(await renderTemplate(text, scope), "[]");
  assert.equal(
    await renderTemplate("{% if inputs.missing %}yes{% else %}no{% endif %}", scope),
    "no",
  );
});

Deno.test("renderTemplate escapes nothing, and renders no value as a template", async () => {
  assert.equal(await renderTemplate("{{ inputs.html }}", scope), "<b>&'\"</b>");
  const hostile = { inputs: { text: "{{ inputs.secret }}{% for %}", secret: "s" }, steps: {} };
  assert.equal(await renderTemplate("{{ inputs.text }}", hostile), "{{ inputs.secret }}{% for %}");
});

Deno.test("renderTemplate writes lists and objects as JSON", async () => {
  assert.equal(await renderTemplate("{{ steps.facts.output.tags }}", scope), '["moon","sea"]');
  const captured = "{% capture x %}{{ steps.facts.output }}{% endcapture %}{{ x }}";
  assert.equal(
    await renderTemplate(captured, scope),
    '{"title":"Tides","tags":["moon","sea"],"size":7}',
  );
});

Deno.test("renderTemplate's json filter writes any value", async () => {
  const text =
    "{{ steps.facts.output | json }} {{ inputs.text | json }} {{ inputs.missing | json }}";
  const json = '{"title":"Tides","tags":["moon","sea"],"size":7} "Hello" null';
  assert.equal(await renderTemplate(text, scope), json);
  assert.equal(
    await renderTemplate("{{ steps.numbers.output | json: 1 }}", scope),
    "[\n 3,\n 1,\n 2\n]",
  );
});

Deno.test("renderTemplate knows loops, conditions and variables of its own", async () => {
  const text = "{% assign list = steps.numbers.output | sort %}" +
    "{% for n in list %}{{ forloop.index }}:{{ n }}{% unless forloop.last %}, {% endunless %}{% endfor %}" +
    "{% for i in (1..inputs.count) %}.{% endfor %}" +
    "{% case inputs.text %}{% when 'Hello' %}!{% else %}?{% endcase %}";
  assert.equal(await renderTemplate(text, scope), "1:1, 2:2, 3:3...!");
});

Deno.test("renderTemplate's size of a result's own field is the field", async () => {
  assert.equal(await renderTemplate("{{ steps.facts.output.size }}", scope), "7");
  assert.equal(await renderTemplate("{{ steps.facts.output.tags.size }}", scope), "2");
  assert.equal(await renderTemplate("[{{ inputs.size }}]", scope), "[]");
});

Deno.test("renderTemplate's dates are in UTC and repeatable", async () => {
  const now = Date.UTC(2026, 1, 3, 23, 30);
  const text = "{{ 'now' | date: '%Y-%m-%d %H:%M' }} {{ 'today' | date: '%A' }}";
  assert.equal(await renderTemplate(text, { ...nothing, now }), "2026-02-03 23:30 Tuesday");
  assert.equal(
    await renderTemplate("{{ '2026-05-06T01:02:03Z' | date: '%d %b %H' }}", scope),
    "06 May 01",
  );
});

Deno.test("renderTemplate reaches no prototype", async () => {
  const names = ["constructor", "__proto__", "toString", "prototype"];
  for (const name of names) {
    const text =
      `[{{ inputs.${name} }}{{ inputs['${name}']['${name}'] }}{{ steps.draft.output.${name} }}` +
      `{{ steps.numbers.output.${name} }}{{ 'a'.${name} }}]`;
    assert.equal(await renderTemplate(text, scope), "[]", name);
  }
  await assert.rejects(renderTemplate("{{ constructor }}", scope), TemplateError);
  const assigned = "{% assign __proto__ = inputs %}{{ __proto__.text }}{{ text }}";
  await assert.rejects(renderTemplate(assigned, scope), /there is no variable "text"/);
  assert.equal(Reflect.get({}, "text"), undefined);
});

Deno.test("renderTemplate leaves the scope as it was", async () => {
  const before = structuredClone(scope);
  await renderTemplate(
    "{% increment inputs %}{% assign inputs = 1 %}{{ steps.numbers.output | sort | reverse }}",
    scope,
  );
  assert.deepEqual(scope, before);
  assert.equal(await renderTemplate("{{ inputs.text }}", scope), "Hello");
});

Deno.test("renderTemplate reads no files", async () => {
  for (const tag of ["include", "render", "layout", "block"]) {
    await assert.rejects(
      renderTemplate(`{% ${tag} "deno.json" %}`, scope),
      new TemplateError(`there is no tag "${tag}"`, { line: 1, column: 1 }),
    );
  }
});

Deno.test("renderTemplate says where and what is wrong", async () => {
  const sentences = {
    "a\nb {{ inputs.text | upcas }}":
      'Line 2, column 3: there is no filter "upcas". Did you mean "upcase"?',
    "{{ inputs.text": 'Line 1, column 1: "{{ inputs.text" is not closed',
    "\n{% if inputs.text %}": 'Line 2, column 1: "{% if inputs.text %}" is not closed',
    "{% esle %}": 'Line 1, column 1: there is no tag "esle"',
    "{% endif %}": "Line 1, column 1: nothing is open that this could belong to",
    "{{ }}": "Line 1, column 4: a name or a value is missing",
    "{{ foo }}": 'Line 1, column 4: there is no variable "foo". ' +
      "Templates know inputs.<name> and steps.<id>.output",
    "{{ steps.draft }}": "Line 1, column 4: write the step's result as steps.draft.output",
    "{{ steps.draft.result }}": "Line 1, column 4: write the step's result as steps.draft.output",
    "{{ steps[inputs.text].output }}":
      "Line 1, column 4: write a step's result as steps.<id>.output",
    "{{ (1..3) | join }}": "Line 1, column 4: (1..3) can only be used in {% for %}",
    "{% for x of inputs.text %}{% endfor %}":
      'Line 1, column 1: "{% for x of inputs.text %}" has to be like {% for item in list %}',
    "{{ 'a' | url_decode | append }}": "Line 1, column 1: append expect 2 arguments",
    "x{{ '%' | url_decode }}": "Line 1, column 2: URI malformed",
  };
  for (const [text, message] of Object.entries(sentences)) {
    await assert.rejects(renderTemplate(text, scope), { name: "TemplateError", message }, text);
  }
});

Deno.test("renderConfig renders every text at any depth, and no key", async () => {
  const config = { "{{ k }}": "{{ inputs.text }}", n: 1, on: true, none: null, plain: "x" };
  const deep = { list: ["{{ inputs.count }}", { more: ["{{ steps.draft.output | upcase }}"] }] };
  assert.deepEqual(await renderConfig({ ...config, deep }, scope), {
    "{{ k }}": "Hello",
    n: 1,
    on: true,
    none: null,
    plain: "x",
    deep: { list: ["3", { more: ["FIRST\nSECOND"] }] },
  });
});

Deno.test("templateReferences finds inputs and steps wherever they stand", async () => {
  const text = "{{ inputs.a | append: inputs.b | default: steps.s1.output.x }}\n" +
    "{% for x in steps['s2'].output limit: inputs.c %}{{ x[inputs.d] }}{% endfor %}" +
    "{% if inputs.e == steps.s3.output or inputs.f contains 'x' %}{% elsif inputs.g %}{% endif %}" +
    "{% case inputs.h %}{% when steps.s4.output %}{% endcase %}{% assign z = inputs.i %}" +
    "{% capture q %}{{ steps.s5.output }}{% endcapture %}{% echo inputs.j %}" +
    "{% for i in (inputs.k..steps.s6.output) %}{% endfor %}{{ steps.s1.output }}" +
    "{% liquid\n assign y = inputs.l\n echo y %}";
  const { inputs, steps } = await templateReferences(text);
  assert.deepEqual(inputs.map(({ name }) => name).sort(), [..."abcdefghijkl"]);
  assert.deepEqual(steps.map(({ name }) => name).sort(), ["s1", "s2", "s3", "s4", "s5", "s6"]);
  const place = inputs.find(({ name }) => name === "d")?.position;
  assert.deepEqual(place, { line: 2, column: 55 });
});

Deno.test("templateReferences knows where each name stands first", async () => {
  const text =
    "{{ inputs.b }}\n\n {{ inputs.a }}{% for x in inputs.c %}\n{{ inputs.b }}{% endfor %}";
  const { inputs } = await templateReferences(text);
  assert.deepEqual(inputs, [
    { name: "b", position: { line: 1, column: 4 } },
    { name: "a", position: { line: 3, column: 5 } },
    { name: "c", position: { line: 3, column: 28 } },
  ]);
});

Deno.test("templateReferences mistakes no variable, comment or text for a reference", async () => {
  const text = "{% assign steps = inputs.a %}{{ steps.x }}" +
    "{% for inputs in steps %}{{ inputs.y }}{{ forloop.index }}{% endfor %}" +
    "{% comment %}{{ inputs.c }}{% endcomment %}{% raw %}{{ inputs.r }}{% endraw %}" +
    "{{ 'inputs.q' }} inputs.t {# {{ 'x' }} {% # inputs.z %}";
  const { inputs, steps } = await templateReferences(text);
  assert.deepEqual([inputs.map(({ name }) => name), steps], [["a"], []]);
});

Deno.test("templateReferences refuses a loop's variable outside of its loop", async () => {
  const text = "{% for x in inputs.a %}{{ x }}{% endfor %}{{ x }}";
  await assert.rejects(templateReferences(text), /there is no variable "x"/);
});
