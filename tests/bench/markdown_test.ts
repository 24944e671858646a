import assert from "node:assert/strict";
import { benches } from "../../bench/benches.ts";
import { hasPlace } from "../../bench/markdown.ts";

Deno.test("BENCHMARKS.md has a place for the machine and for every bench", async () => {
  const text = await Deno.readTextFile(new URL("../../BENCHMARKS.md", import.meta.url));
  const names = ["machine", ...benches.map(({ name }) => name)];
  assert.deepEqual(names.filter((name) => !hasPlace(text, name)), []);
});

Deno.test("hasPlace: an end before its beginning is no place", () => {
  assert.equal(hasPlace("<!-- /a -->\n<!-- a -->", "a"), false);
  assert.equal(hasPlace("<!-- a -->\n<!-- /a -->", "a"), true);
});
