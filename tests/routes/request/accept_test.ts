import assert from "node:assert/strict";
import { weightOf } from "../../../routes/request/accept.ts";

Deno.test("weightOf reads how much a named type is wanted, however it is written", () => {
  const cases: [header: string, weight: number][] = [
    ["", 0],
    ["*/*", 0],
    ["application/json", 1],
    ["APPLICATION/JSON", 1],
    ["text/html, application/json ; q=0.5", 0.5],
    ["application/json;charset=utf-8;q=0.25", 0.25],
    ["application/json; Q=0", 0],
    ["application/json;q=much", 0],
    ["application/jsonl", 0],
  ];
  for (const [header, weight] of cases) {
    assert.equal(weightOf(header, "application/json"), weight, header);
  }
});
