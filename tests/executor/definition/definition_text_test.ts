import assert from "node:assert/strict";
import {
  definitionText,
  parseDefinitionText,
} from "../../../executor/definition/definition_text.ts";
import { Definition } from "../../../executor/definition/schema.ts";
import { stepKinds } from "../../../executor/steps/registry.ts";

async function problemsOf(text: string, name = "App") {
  const check = await parseDefinitionText({ name, description: "", text }, stepKinds);
  assert.ok(!check.ok, "it was taken for right");
  return check.problems;
}

const typed = `{
  "inputs": [
    {
      "name": "topic",
      "label": "Topic",
      "type": "text",
      "required": true
    },
    {
      "name": "loud",
      "label": "Loud",
      "type": "checkbox"
    }
  ],
  "steps": [
    {
      "id": "draft",
      "name": "Draft",
      "kind": "template",
      "config": {
        "text": "{{ inputs.topic }}"
      }
    },
    {
      "id": "wait",
      "name": "Wait",
      "kind": "wait",
      "config": {
        "seconds": 1
      },
      "needs": [
        "draft"
      ]
    }
  ],
  "outputs": [
    {
      "name": "out",
      "label": "Out",
      "type": "markdown",
      "template": "{{ steps.draft.output }}"
    }
  ]
}
`;

Deno.test("definitionText writes what parseDefinitionText reads, without defaults", async () => {
  const check = await parseDefinitionText(
    { name: "App", description: "d", text: typed },
    stepKinds,
  );
  assert.ok(check.ok);
  assert.equal(check.definition.name, "App");
  assert.equal(check.definition.description, "d");
  assert.equal(definitionText(check.definition), typed);
});

Deno.test("definitionText keeps what differs from the defaults", async () => {
  const definition = Definition.parse({
    name: "App",
    timeout: 60,
    budget: 5_000,
    concurrency: 2,
    inputs: [
      { name: "c", label: "C", type: "checkbox", default: true, help: "h" },
      { name: "t", label: "T", type: "text", default: "", maxLength: 5 },
      { name: "n", label: "N", type: "number", default: 0, min: -1 },
    ],
    steps: [
      { id: "a", name: "A", kind: "template", config: { text: "" }, onError: "continue" },
      { id: "b", name: "B", kind: "template", config: { text: "" }, when: "steps.a.error" },
    ],
  });
  const text = definitionText(definition);
  const check = await parseDefinitionText({ name: "App", description: "", text }, stepKinds);
  assert.ok(check.ok);
  assert.deepEqual(check.definition, definition);
});

Deno.test("parseDefinitionText names the line of a syntax error", async () => {
  assert.deepEqual(await problemsOf('{\n  "steps": [\n    { "id": "a", }\n  ]\n}'), [{
    message: 'Line 3, column 18: there is a comma too many before "}"',
    line: 3,
    path: null,
  }]);
});

Deno.test("parseDefinitionText names the line of each problem", async () => {
  const text = typed
    .replace('"type": "text"', '"type": "text", "maxlength": 5')
    .replace('"type": "markdown"', '"type": "html"');
  assert.deepEqual(await problemsOf(text), [
    {
      message: 'Input "topic": there is no field "maxlength". Did you mean "maxLength"?',
      line: 6,
      path: "inputs.0.maxlength",
    },
    {
      message: 'Output "out", "type" has to be "markdown", "text" or "json", not "html"',
      line: 40,
      path: "outputs.0.type",
    },
  ]);
  const references = typed.replace("inputs.topic", "inputs.topik").replace('"draft"\n', '"drat"\n');
  assert.deepEqual((await problemsOf(references)).map(({ line, path }) => [line, path]), [
    [21, "steps.0.config.text"],
    [32, "steps.1.needs.0"],
  ]);
});

Deno.test("parseDefinitionText gives problems of the name no line", async () => {
  assert.deepEqual(await problemsOf(typed, " "), [
    { message: '"name" must not be empty', line: null, path: "name" },
  ]);
  assert.deepEqual(await problemsOf('{\n"name": "x",\n"steps": []}'), [
    {
      message: '"name" has a field of its own above, take it out of the text',
      line: 2,
      path: "name",
    },
    { message: '"steps" needs at least one entry', line: 3, path: "steps" },
  ]);
});

Deno.test("parseDefinitionText refuses what is no object, and far too much text", async () => {
  const object = 'It has to be an object: { "inputs": [], "steps": [], "outputs": [] }';
  assert.deepEqual(await problemsOf("[]"), [{ message: object, line: 1, path: null }]);
  assert.deepEqual(await problemsOf(" ".repeat(240_001)), [
    {
      message: "The text has at most 240000 characters, this one has 240001",
      line: null,
      path: null,
    },
  ]);
});
