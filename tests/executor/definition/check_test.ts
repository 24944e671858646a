import assert from "node:assert/strict";
import { parseDefinition } from "../../../executor/definition/check.ts";
import type { Json } from "../../../executor/definition/schema.ts";
import { stepKinds } from "../../../executor/steps/registry.ts";
import { messagesOf, problemsOf, small, step, topic } from "./problems.ts";

Deno.test("parseDefinition fills in the defaults and plans the steps", async () => {
  const check = await parseDefinition({
    name: " App ",
    inputs: [topic, { name: "on", label: "On", type: "checkbox" }],
    steps: [
      step("join", "{{ steps.left.output }}{{ steps.right.output }}"),
      step("left", "{{ steps.start.output }}"),
      step("right", "x", { needs: ["start"] }),
      step("start", "{{ inputs.topic }}"),
    ],
    outputs: [{ name: "out", label: "Out", type: "markdown", template: "{{ steps.join.output }}" }],
  }, stepKinds);
  assert.ok(check.ok);
  const { definition, plan } = check;
  assert.equal(definition.name, "App");
  assert.equal(definition.description, "");
  assert.deepEqual(definition.inputs, [
    { ...topic, required: false, help: "" },
    { name: "on", label: "On", type: "checkbox", required: false, help: "", default: false },
  ]);
  assert.deepEqual(definition.steps[0]?.needs, []);
  assert.deepEqual(plan.levels, [["start"], ["left", "right"], ["join"]]);
  assert.deepEqual([...plan.needs], [
    ["join", ["left", "right"]],
    ["left", ["start"]],
    ["right", ["start"]],
    ["start", []],
  ]);
});

Deno.test("parseDefinition says what has the wrong shape", async () => {
  const cases: [unknown, string[]][] = [
    [null, ["The definition has to be an object, not null"]],
    [[], ["The definition has to be an object, not a list"]],
    [{}, ['"name" is missing: it has to be a text', '"steps" is missing: it has to be a list']],
    [{ name: " ", steps: [] }, ['"name" must not be empty', '"steps" needs at least one entry']],
    [{ ...small, stepz: 1 }, ['There is no field "stepz". Did you mean "steps"?']],
    [{ ...small, name: 12 }, ['"name" has to be a text, not 12']],
    [{ ...small, inputs: {} }, ['"inputs" has to be a list, not an object']],
    [{ ...small, outputs: [1] }, ["Output 1 has to be an object, not 1"]],
    [{ ...small, name: "x".repeat(81) }, [
      `"name" has at most 80 characters, this one has 81: "${"x".repeat(39)}…"`,
    ]],
    [{ ...small, steps: [{ ...step("s".repeat(41), "x"), name: "" }] }, [
      `Step 1, "id" has at most 40 characters, this one has 41: "${"s".repeat(39)}…"`,
      'Step 1, "name" must not be empty',
    ]],
    [{ ...small, steps: [{ ...step("A b", "x"), conf: {} }] }, [
      'Step "A b", "id" has to begin with a small letter and hold only small letters, digits and _, ' +
      'not "A b"',
      'Step "A b": there is no field "conf". Fields are "id", "name", "kind", "config", "needs", ' +
      '"when", "retry", "timeout", "onError"',
    ]],
    [{ ...small, inputs: [{ ...topic, type: "texte" }, { name: "b", label: "B" }] }, [
      'Input "topic", "type" has to be "text", "multiline", "url", "file", "number", "select" or ' +
      '"checkbox", not "texte"',
      'Input "b", "type" is missing: it has to be "text", "multiline", "url", "file", "number", "select" ' +
      'or "checkbox"',
    ]],
    [{ ...small, inputs: [{ ...topic, name: "app" }] }, [
      'Input "app", "name" must not be "app", which chooses the app',
    ]],
    [{ ...small, outputs: [{ name: "o", label: "O", type: "html", template: "x" }] }, [
      'Output "o", "type" has to be "markdown", "text" or "json", not "html"',
    ]],
    [{ ...small, steps: Array.from({ length: 101 }, (_, index) => step(`s${index}`, "x")) }, [
      '"steps" has at most 100 entries, this one has 101',
    ]],
  ];
  for (const [definition, messages] of cases) {
    assert.deepEqual(await messagesOf(definition), messages);
  }
});

Deno.test("parseDefinition names the path of each problem", async () => {
  const problems = await problemsOf({
    ...small,
    inputs: [{ ...topic, requird: true }],
    steps: [step("a", "x"), { id: "b", kind: "template" }],
  });
  assert.deepEqual(problems.map(([path]) => path), [
    "inputs.0.requird",
    "steps.1.name",
    "steps.1.config.text",
  ]);
});

Deno.test("parseDefinition checks each config by its step's kind", async () => {
  const messages = await messagesOf({
    name: "App",
    steps: [
      { ...step("draft", "x"), kind: "tempate" },
      { ...step("b", "x"), kind: "nothing_like_it" },
      { ...step("c", "x"), config: { txt: "x" } },
      { ...step("d", "x"), kind: "wait", config: { seconds: true } },
    ],
  });
  assert.equal(
    messages[0],
    'Step "draft", "kind": there is no kind "tempate". Did you mean "template"?',
  );
  assert.match(
    messages[1] ?? "",
    /^Step "b", "kind": there is no kind "nothing_like_it". Kinds are .*"wait"/,
  );
  assert.deepEqual(messages.slice(2), [
    'Step "c", config "text" is missing: it has to be a text',
    'Step "c", "config": there is no field "txt". Did you mean "text"?',
    'Step "d", config "seconds" has to be a number or a text, not true',
  ]);
});

Deno.test("parseDefinition checks all that can be read where the shape is wrong", async () => {
  const messages = await messagesOf({
    name: "",
    inputs: [{ ...topic, type: "texte" }, {
      ...topic,
      name: "size",
      type: "number",
      max: 1,
      min: 2,
    }],
    steps: [
      { ...step("draft", "{{ inputs.topic }} {{ inputs.sice }}"), retri: 1 },
      { id: "b", name: "B", kind: "tempate", config: "x", needs: ["drafd"] },
      { ...step("c", "{{ steps.e.output }}"), timeout: "long" },
      step("e", "{{ steps.c.output }}"),
    ],
    outputs: [{ name: "out", label: "Out", type: "html", template: "{{ steps.drat.output }}" }],
  });
  assert.deepEqual(messages.map((message) => message.replace(/ Fields are .*/, "")), [
    '"name" must not be empty',
    'Input "topic", "type" has to be "text", "multiline", "url", "file", "number", "select" or "checkbox", ' +
    'not "texte"',
    'Input "size", "min" has to be at most "max", which is 1, not 2',
    'Step "draft": there is no field "retri". Did you mean "retry"?',
    'Step "draft", config "text": there is no input "sice". Did you mean "size"?',
    'Step "b", "config" has to be an object, not "x"',
    'Step "b", "kind": there is no kind "tempate". Did you mean "template"?',
    'Step "b", "needs", entry 1: there is no step "drafd". Did you mean "draft"?',
    'Step "c", "timeout" has to be a number, not "long"',
    'Step "c": steps need each other in a circle: "c" → "e" → "c"',
    'Output "out", "type" has to be "markdown", "text" or "json", not "html"',
    'Output "out", "template": there is no step "drat". Did you mean "draft"?',
  ]);
});

Deno.test("parseDefinition refuses templates that cannot be read", async () => {
  const messages = await messagesOf({
    name: "App",
    steps: [
      step("a", "{{ foo }}"),
      step("b", "one\ntwo {{ 'x' | upcas }}"),
      step("c", "{% if 1 %}"),
    ],
    outputs: [{ name: "out", label: "Out", type: "text", template: "{{ steps.a }}" }],
  });
  assert.deepEqual(messages, [
    'Step "a", config "text": line 1, column 4: there is no variable "foo". ' +
    "Templates know inputs.<name> and steps.<id>.output",
    'Step "b", config "text": line 2, column 5: there is no filter "upcas". Did you mean "upcase"?',
    'Step "c", config "text": line 1, column 1: "{% if 1 %}" is not closed',
    'Output "out", "template": line 1, column 4: write the step\'s result as steps.a.output',
  ]);
});

Deno.test("parseDefinition refuses names that are there twice", async () => {
  const output = { name: "out", label: "Out", type: "text", template: "x" };
  assert.deepEqual(
    await messagesOf({
      name: "App",
      steps: [step("a", "x"), step("a", "y")],
      outputs: [output, output],
    }),
    [
      'Step "a", "id": "a" is taken by a step above',
      'Output "out", "name": "out" is taken by an output above',
    ],
  );
});

Deno.test("parseDefinition takes 60,000 bytes and not one more", async () => {
  const sized = (length: number) => ({ ...small, steps: [step("a", "é".repeat(length))] });
  const check = await parseDefinition(sized(0), stepKinds);
  assert.ok(check.ok);
  const rest = 60_000 - new TextEncoder().encode(JSON.stringify(check.definition)).byteLength;
  const longest = Math.floor(rest / 2);
  assert.ok((await parseDefinition(sized(longest), stepKinds)).ok);
  const [message] = await messagesOf(sized(longest + 1));
  assert.match(message ?? "", /^An app has at most 60000 bytes, this one has 6000\d$/);
});

Deno.test("parseDefinition refuses what cannot be stored", async () => {
  assert.deepEqual(await messagesOf({ ...small, steps: [step("a", "x\0y")] }), [
    'Step "a", config "text" holds the character NUL (\\u0000)',
  ]);
  assert.deepEqual(await messagesOf({ ...small, name: "x\ud800" }), [
    '"name" holds half of a character (a lone surrogate)',
  ]);
  assert.deepEqual(
    await messagesOf({ ...small, steps: [step("a", "x", { config: { "\0": 1 } })] }),
    [
      'Step "a", "config" holds the character NUL (\\u0000)',
    ],
  );
  const nested = JSON.parse(`${"[".repeat(5000)}${"]".repeat(5000)}`);
  const [message] = await messagesOf({ ...small, steps: [step("a", "x", { config: nested })] });
  assert.match(message ?? "", /lists and objects are nested more than 32 deep$/);
});

Deno.test("parseDefinition takes 32 levels of lists and objects and not one more", async () => {
  // The definition, its steps, the step and its config are four.
  const deep = (levels: number): Json => levels === 0 ? "x" : [deep(levels - 1)];
  const within = (levels: number) => ({
    ...small,
    steps: [step("a", "x", { config: { deep: deep(levels) } })],
  });
  const isTooDeep = async (levels: number) =>
    (await messagesOf(within(levels))).some((message) => message.includes("more than 32 deep"));
  assert.deepEqual([await isTooDeep(28), await isTooDeep(29)], [false, true]);
});

Deno.test("parseDefinition takes no field for a prototype", async () => {
  const json = JSON.parse('{"name":"App","__proto__":{"steps":[]}}');
  assert.deepEqual(await messagesOf(json), [
    '"steps" is missing: it has to be a list',
    'There is no field "__proto__". Fields are "name", "description", "timeout", "budget", ' +
    '"concurrency", "inputs", "steps", "outputs"',
  ]);
});

Deno.test("parseDefinition tells 50 problems at a time, and quotes names shortened", async () => {
  const text = Array.from({ length: 4_000 }, (_, index) => `{{inputs.n${index}}}`).join("");
  const problems = await problemsOf({ ...small, steps: [step("a", text.slice(0, 50_000))] });
  assert.equal(problems.length, 1);
  const closed = text.slice(0, text.lastIndexOf("{{", 50_000));
  assert.equal((await problemsOf({ ...small, steps: [step("a", closed)] })).length, 50);
  const long = `{{ inputs.${"x".repeat(50_000)} }}`;
  assert.deepEqual(await messagesOf({ ...small, steps: [step("a", long)] }), [
    `Step "a", config "text": there is no input "${"x".repeat(39)}…"`,
  ]);
});
