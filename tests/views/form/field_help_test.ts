import assert from "node:assert/strict";
import { InputDefinition } from "../../../executor/definition/schema.ts";
import { fieldHelp } from "../../../views/form/field_help.ts";

function help(input: Record<string, unknown>): string {
  return fieldHelp(InputDefinition.parse({ name: "a", label: "A", ...input }));
}

Deno.test("fieldHelp says the limits after the app's own words", () => {
  assert.equal(help({ type: "number", min: 1, max: 5 }), "From 1 to 5.");
  assert.equal(help({ type: "number", min: 0 }), "At least 0.");
  assert.equal(help({ type: "number", max: 0 }), "At most 0.");
  assert.equal(help({ type: "text", maxLength: 1500 }), "At most 1,500 characters.");
  assert.equal(
    help({ type: "text", help: "In short", maxLength: 9 }),
    "In short. At most 9 characters.",
  );
  assert.equal(help({ type: "number", help: "How many?", min: 2 }), "How many? At least 2.");
});

Deno.test("fieldHelp leaves the app's own words alone where there is no limit", () => {
  assert.equal(help({ type: "text", help: "In short" }), "In short");
  assert.equal(help({ type: "checkbox" }), "");
});
