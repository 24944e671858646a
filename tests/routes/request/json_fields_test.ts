import assert from "node:assert/strict";
import { fieldProblem } from "../../../routes/request/json_fields.ts";

Deno.test("fieldProblem finds a field that stands twice in one object, however it is written", () => {
  const repeated: [json: string, name: string][] = [
    ['{"a":1,"a":2}', "a"],
    ['{"a" : 1 ,\n "a"\t: 2}', "a"],
    [String.raw`{"a":1,"\u0061":2}`, "a"],
    ['[{"x":{}},{"b":{"c":1,"c":1}}]', "c"],
    ['{"":1,"":2}', ""],
    [String.raw`{"a\"b":1,"a\"b":2}`, 'a"b'],
    ['{"a":"x","b":["a"],"a":', "a"],
  ];
  for (const [json, name] of repeated) {
    assert.equal(fieldProblem(json), `has the field ${JSON.stringify(name)} twice`, json);
  }
});

Deno.test("fieldProblem finds nothing wrong with fields that only look alike", () => {
  const fine = [
    '{"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]}',
    '{"a":"a","b":"a"}',
    String.raw`{"a":"\"a\":1,\"a\":2"}`,
    String.raw`{"a\\":1,"a":"\\"}`,
    '{"__proto__":1,"constructor":2}',
    "[]",
    "",
    '"',
    "}}}]",
    '{"a',
  ];
  for (const json of fine) assert.equal(fieldProblem(json), null, json);
});

Deno.test("fieldProblem finds nothing wrong with as many fields as there may be, and with one more it does", () => {
  const fields = (count: number) => Array.from({ length: count }, (_, i) => `"f${i}":1`).join();
  assert.equal(fieldProblem(`{${fields(600)},"more":{${fields(399)}}}`), null);
  assert.equal(
    fieldProblem(`{${fields(600)},"more":{${fields(400)}}}`),
    "has more than 1000 fields",
  );
});

Deno.test("fieldProblem gives up early on too many fields, lists or objects, and on too deep ones", () => {
  const many = Array.from({ length: 300_000 }, (_, i) => `"f${i}":1`).join();
  assert.match(fieldProblem(`{${many}}`) ?? "", /more than 1000 fields/);
  assert.match(fieldProblem("[".repeat(4_000_000)) ?? "", /more than 100 deep/);
  for (const container of ["{}", "[]"]) {
    const json = `{"inputs":[${`${container},`.repeat(400_000)}0]}`;
    assert.match(fieldProblem(json) ?? "", /more than 10000 lists and objects/);
  }
  assert.equal(fieldProblem(`[${"{},".repeat(5_000)}${"[],".repeat(4_999)}0]`), null);
  assert.equal(fieldProblem(`{"a":"${"[{".repeat(1_000_000)}"}`), null);
  assert.equal(fieldProblem(`[${'"x",'.repeat(900_000)}"x"]`), null);
  assert.equal(fieldProblem(`{"a":"${"\\\\".repeat(1_000_000)}"}`), null);
});
