import assert from "node:assert/strict";
import { countOf, countWords, cutNote, formatCount, listOf } from "../../../views/text/counts.ts";

Deno.test("formatCount parts thousands", () => {
  assert.deepEqual([0, 999, 1000, 2_000_000].map(formatCount), ["0", "999", "1,000", "2,000,000"]);
});

Deno.test("countOf says one thing or several", () => {
  assert.deepEqual([countOf(1, "step"), countOf(0, "step"), countOf(3, "step")], [
    "1 step",
    "0 steps",
    "3 steps",
  ]);
});

Deno.test("listOf joins numbers as one says them", () => {
  assert.deepEqual([listOf([]), listOf([3]), listOf([3, 4]), listOf([1, 3, 4])], [
    "",
    "3",
    "3 and 4",
    "1, 3 and 4",
  ]);
});

Deno.test("cutNote says how much of a text is shown", () => {
  const excerpt = { text: "a".repeat(4000), length: 2_000_000, isCut: true };
  assert.equal(cutNote(excerpt), "The first 4,000 of 2,000,000 characters");
});

Deno.test("countWords counts what spaces part, of any kind", () => {
  assert.equal(countWords(" one\n\ttwo\u00A0three  four\u3000five "), 5);
  assert.equal(countWords(" \n"), 0);
});
