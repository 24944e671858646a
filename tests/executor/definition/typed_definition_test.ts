import assert from "node:assert/strict";
import { parseDefinitionText } from "../../../executor/definition/typed_definition.ts";
import { stepKinds } from "../../../executor/steps/registry.ts";
import { TYPED } from "./typed.ts";

async function problemsOf(text: string, name = "App") {
  const check = await parseDefinitionText({ name, description: "", text }, stepKinds);
  assert.ok(!check.ok, "it was taken for right");
  return check.problems;
}

Deno.test("parseDefinitionText names the line of a syntax error", async () => {
  assert.deepEqual(await problemsOf('{\n  "steps": [\n    { "id": "a", }\n  ]\n}'), [{
    message: 'Line 3, column 18: there is a comma too many before "}"',
    line: 3,
    path: null,
  }]);
});

Deno.test("parseDefinitionText gives no line to what has a field of its own", async () => {
  const draft = { name: "", description: "x".repeat(501), text: TYPED };
  const check = await parseDefinitionText(draft, stepKinds);
  assert.ok(!check.ok, "it was taken for right");
  const places = check.problems.map(({ path, line }) => [path, line]);
  assert.deepEqual(places, [["name", null], ["description", null]]);
});

Deno.test("parseDefinitionText names the line of each problem", async () => {
  const text = TYPED
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
  const references = TYPED.replace("inputs.topic", "inputs.topik").replace('"draft"\n', '"drat"\n');
  assert.deepEqual((await problemsOf(references)).map(({ line, path }) => [line, path]), [
    [21, "steps.0.config.text"],
    [32, "steps.1.needs.0"],
  ]);
});

Deno.test("parseDefinitionText gives problems of the name no line", async () => {
  assert.deepEqual(await problemsOf(TYPED, " "), [
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
