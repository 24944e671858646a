import assert from "node:assert/strict";
import { findCircle, planOf, planSteps, textsIn } from "../../../executor/definition/plan.ts";
import { Definition } from "../../../executor/definition/schema.ts";

function definitionOf(texts: Record<string, string>, needs: Record<string, string[]> = {}) {
  const steps = Object.entries(texts).map(([id, text]) => ({
    id,
    name: id,
    kind: "template",
    config: { text },
    needs: needs[id] ?? [],
  }));
  return Definition.parse({ name: "App", steps });
}

Deno.test("planSteps puts independent steps on one level", async () => {
  const plan = await planSteps(definitionOf({
    end: "{{ steps.left.output }}{{ steps.right.output }}",
    left: "{{ steps.start.output }}",
    right: "{% if steps.start.output %}x{% endif %}",
    start: "x",
    alone: "x",
  }));
  assert.deepEqual(plan.levels, [["start", "alone"], ["left", "right"], ["end"]]);
});

Deno.test("planSteps joins what a step names and what its templates refer to", async () => {
  const plan = await planSteps(definitionOf(
    { a: "x", b: "x", c: "{{ steps.b.output }}{{ steps.b.output }}" },
    { c: ["b", "a"], b: ["a"] },
  ));
  assert.deepEqual([...plan.needs], [["a", []], ["b", ["a"]], ["c", ["a", "b"]]]);
});

Deno.test("planSteps plans a chain of 100", async () => {
  const ids = Array.from({ length: 100 }, (_, index) => `s${index}`);
  const texts = ids.map((id, index) => [id, index ? `{{ steps.s${index - 1}.output }}` : "x"]);
  const plan = await planSteps(definitionOf(Object.fromEntries(texts.toReversed())));
  assert.deepEqual(plan.levels, ids.map((id) => [id]));
});

Deno.test("planSteps refuses a circle", async () => {
  const definition = definitionOf({ a: "{{ steps.b.output }}", b: "{{ steps.a.output }}" });
  await assert.rejects(
    planSteps(definition),
    new RangeError('Cannot plan the steps: "a" → "b" → "a" is a circle'),
  );
});

Deno.test("planOf ends on a net where each step needs all before it", () => {
  const ids = Array.from({ length: 100 }, (_, index) => `s${index}`);
  const needs = new Map(ids.map((id, index) => [id, ids.slice(0, index)]));
  assert.equal(planOf(needs).levels.length, 100);
});

Deno.test("findCircle begins the circle where it closes", () => {
  const needs = new Map([["x", ["a"]], ["a", ["b"]], ["b", ["c"]], ["c", ["b"]]]);
  assert.deepEqual(findCircle(needs), ["b", "c", "b"]);
  assert.equal(findCircle(new Map([["a", ["b"]], ["b", []]])), null);
});

Deno.test("textsIn finds every text and its path", () => {
  const found = [...textsIn({ a: "1", b: [2, "3", { c: "4" }], d: null, e: true })];
  assert.deepEqual(found, [
    { text: "1", path: ["a"] },
    { text: "3", path: ["b", 1] },
    { text: "4", path: ["b", 2, "c"] },
  ]);
});
