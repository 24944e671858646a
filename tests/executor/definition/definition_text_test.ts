import assert from "node:assert/strict";
import { definitionText } from "../../../executor/definition/definition_text.ts";
import { Definition } from "../../../executor/definition/schema.ts";
import { parseDefinitionText } from "../../../executor/definition/typed_definition.ts";
import { stepKinds } from "../../../executor/steps/registry.ts";
import { TYPED } from "./typed.ts";

Deno.test("definitionText writes what parseDefinitionText reads, without defaults", async () => {
  const check = await parseDefinitionText(
    { name: "App", description: "d", text: TYPED },
    stepKinds,
  );
  assert.ok(check.ok);
  assert.equal(check.definition.name, "App");
  assert.equal(check.definition.description, "d");
  assert.equal(definitionText(check.definition), TYPED);
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
