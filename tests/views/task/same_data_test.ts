import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { isSameData } from "../../../views/task/same_data.ts";

const VALUES: readonly unknown[] = [
  undefined,
  null,
  NaN,
  0,
  -0,
  "",
  "0",
  false,
  [],
  {},
  [undefined],
  [null],
  [1, 2],
  [2, 1],
  [[1], [2]],
  { a: 1 },
  { a: undefined },
  { b: 1 },
  { a: 1, b: undefined },
  { 0: 1, 1: 2 },
  { a: { b: [1, { c: null }] } },
  { a: { b: [1, { c: undefined }] } },
];

Deno.test("isSameData tells plain data apart as isDeepStrictEqual does", () => {
  const copies = structuredClone(VALUES);
  for (const a of VALUES) {
    for (const b of copies) {
      assert.equal(isSameData(a, b), isDeepStrictEqual(a, b), Deno.inspect([a, b]));
    }
  }
});

Deno.test("isSameData does not mind the order of names", () => {
  assert.ok(isSameData({ a: 1, b: [2] }, { b: [2], a: 1 }));
});
