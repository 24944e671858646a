import assert from "node:assert/strict";
import { conditionHolds, conditionReferences } from "../../../executor/template/condition.ts";

const SCOPE = {
  inputs: { tone: "formal", count: 3, flag: false, empty: "" },
  steps: { score: { output: { value: 4 } }, broken: { output: null, error: "It broke" } },
};

Deno.test("conditionHolds judges as Liquid does", async () => {
  const cases: [string, boolean][] = [
    ['inputs.tone == "formal"', true],
    ['inputs.tone == "formal" and steps.score.output.value > inputs.count', true],
    ['inputs.tone != "formal" or inputs.flag', false],
    ['inputs.tone contains "form"', true],
    ["not inputs.flag", true],
    ["inputs.missing", false],
    ["inputs.empty", true],
    ['inputs.empty == ""', true],
    ["steps.broken.error", true],
    ["steps.broken.output", false],
    ["steps.score.error", false],
    ['inputs.tone\n  == "formal"', true],
    ['inputs.tone == "a = b && c"', false],
    ["true", true],
  ];
  for (const [condition, holds] of cases) {
    assert.equal(await conditionHolds(condition, SCOPE), holds, condition);
  }
});

Deno.test("conditionReferences says where and what is wrong", async () => {
  const cases: [string, string][] = [
    ["{{ inputs.tone }}", "a condition stands without {{ }} and {% %}, as in: "],
    ['inputs.tone == "formal', "a text in quotes is not closed"],
    ['inputs.tone = "formal"', 'compare with "==", not "="'],
    ["inputs.flag && inputs.count > 2", 'write "and", not "&&"'],
    ["inputs.flag || true", 'write "or", not "||"'],
    ["inputs.tone ==", "a value is missing at its end"],
    ["inputs.flag and", "a value is missing at its end"],
    ["tone", 'Line 1, column 1: there is no variable "tone". '],
    ["inputs.flag and\n steps.score", "Line 2, column 2: write the step's result as "],
    [")", "Line 1, column 1: a name or a value is missing"],
  ];
  for (const [condition, beginning] of cases) {
    await assert.rejects(conditionReferences(condition), (error: Error) => {
      assert.equal(error.name, "TemplateError");
      assert.ok(error.message.startsWith(beginning), `${condition}: ${error.message}`);
      return true;
    });
  }
});

Deno.test("conditionReferences finds inputs and steps", async () => {
  const { inputs, steps } = await conditionReferences(
    'inputs.tone == "formal" and steps.score.output.value > inputs.count or steps.broken.error',
  );
  assert.deepEqual(inputs.map(({ name }) => name), ["tone", "count"]);
  assert.deepEqual(steps.map(({ name }) => name), ["score", "broken"]);
});
