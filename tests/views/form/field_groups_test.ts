import assert from "node:assert/strict";
import { fieldGroups } from "../../../views/form/field_groups.ts";
import { inputs } from "../samples.ts";

Deno.test("fieldGroups puts short fields that follow each other on one line", () => {
  const names = fieldGroups(inputs).map((group) => group.map(({ name }) => name));
  assert.deepEqual(names, [["brief"], ["readers", "words"], ["source"], ["title"], ["check"]]);
  assert.deepEqual(fieldGroups([]), []);
});
