import assert from "node:assert/strict";
import { formValues } from "../../../executor/definition/form_values.ts";
import { Definition } from "../../../executor/definition/schema.ts";

const { inputs } = Definition.parse({
  name: "App",
  steps: [{ id: "a", name: "A", kind: "template" }],
  inputs: [
    { name: "title", label: "Title", type: "text" },
    { name: "body", label: "Body", type: "multiline", default: "as it was" },
    { name: "count", label: "Count", type: "number", default: 0 },
    { name: "tone", label: "Tone", type: "select", options: ["calm", "loud"], default: "calm" },
    { name: "cite", label: "Cite", type: "checkbox", default: true },
  ],
});
const defaults = { title: "", body: "as it was", count: "0", tone: "calm", cite: true };

Deno.test("formValues begins with the defaults", () => {
  assert.deepEqual(formValues(inputs, { from: "defaults" }), defaults);
});

Deno.test("formValues takes from a query what it has", () => {
  const query = (fields: Record<string, string>) =>
    formValues(inputs, { from: "query", fields: new Map(Object.entries(fields)) });
  assert.deepEqual(query({ title: "x", other: "y" }), { ...defaults, title: "x" });
  assert.deepEqual(query({ body: "a\r\nb", cite: "0", tone: "loud" }), {
    ...defaults,
    body: "a\nb",
    cite: false,
    tone: "loud",
  });
  assert.deepEqual(query({ cite: "true", tone: "shrill", count: "abc" }), {
    ...defaults,
    count: "abc",
  });
});

Deno.test("formValues shows a form as it was sent, right or wrong", () => {
  const fields = new Map([["title", ""], ["count", "abc"], ["body", "x\r\n"]]);
  assert.deepEqual(formValues(inputs, { from: "form", fields }), {
    title: "",
    body: "x\n",
    count: "abc",
    tone: "",
    cite: false,
  });
});

Deno.test("formValues shows a task's inputs, absent ones empty whatever their default", () => {
  const values = { title: "x", count: 4, cite: true };
  assert.deepEqual(formValues(inputs, { from: "task", values }), {
    title: "x",
    body: "",
    count: "4",
    tone: "",
    cite: true,
  });
});
