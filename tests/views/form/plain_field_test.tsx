import assert from "node:assert/strict";
import { describedBy, PlainField } from "../../../views/form/plain_field.tsx";
import { htmlOf } from "../samples.ts";

Deno.test("PlainField names its control and says what is wrong beside what helps", () => {
  const error = "It has no name";
  const html = htmlOf(
    <PlainField name="key" label="Name" help="What it is for" error={error}>
      <input id="field-key" aria-describedby={describedBy("key", error)} />
    </PlainField>,
  );
  assert.match(html, /<label for="field-key">Name<\/label>/);
  const described = /aria-describedby="([^"]+)"/.exec(html)?.[1]?.split(" ") ?? [];
  assert.deepEqual(described, ["field-key-error", "field-key-help"]);
  for (const id of described) assert.equal(html.split(`id="${id}"`).length, 2, id);
  assert.ok(html.includes(error) && html.includes("What it is for"));
});

Deno.test("PlainField without help and without fault has neither", () => {
  const html = htmlOf(<PlainField name="days" label="Good for" />);
  assert.doesNotMatch(html, /-help|-error/);
  assert.equal(describedBy("days", undefined), "field-days-help");
});
