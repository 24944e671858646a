import assert from "node:assert/strict";
import { JsonTextError, readJsonText } from "../../../executor/definition/json_text.ts";

Deno.test("readJsonText reads what JSON.parse reads", () => {
  const texts = [
    "0",
    "-0.5e-3",
    "1E+2",
    '""',
    '"a\\"b\\\\c\\/d\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00é😀"',
    "true",
    "false",
    "null",
    "[]",
    "{}",
    ' \t\r\n[ 1 , [ ] , { } , "x" ] \n',
    '{"a":{"b":[1,{"c":null}]},"":0,"a b":"","__proto__":{"x":1},"constructor":2}',
    JSON.stringify(
      {
        deep: [[[[[[[[[["x"]]]]]]]]]],
        list: Array.from({ length: 500 }, (_, i) => i),
      },
      null,
      3,
    ),
  ];
  for (const text of texts) {
    const expected = JSON.parse(text);
    assert.equal(JSON.stringify(readJsonText(text).value), JSON.stringify(expected), text);
  }
});

Deno.test("readJsonText refuses what JSON.parse refuses", () => {
  const alphabet = [...'{}[]",:01-.e\\ \ntnu', "true", "null", '"a"', '"a":', "1,"];
  let seed = 7;
  const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
  let refused = 0;
  for (let round = 0; round < 20_000; round++) {
    const length = 1 + Math.floor(random() * 7);
    const text = Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)])
      .join("");
    const expected = attempt(() => JSON.parse(text));
    const found = attempt(() => readJsonText(text).value);
    if (expected instanceof SyntaxError) refused++;
    const isTwice = found instanceof JsonTextError && found.message.endsWith("is there twice");
    if (isTwice) continue;
    const same = expected instanceof SyntaxError
      ? found instanceof JsonTextError
      : JSON.stringify(found) === JSON.stringify(expected);
    assert.ok(same, `${JSON.stringify(text)}: ${String(expected)}, ${String(found)}`);
  }
  assert.ok(refused > 10_000 && refused < 20_000, `${refused} were refused`);
});

function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return error;
  }
}

Deno.test("readJsonText says what is wrong and where", () => {
  const sentences: [string, number, number, string][] = [
    ["", 1, 1, "there is nothing yet"],
    ["{", 1, 2, "a field's name in double quotes is missing, there is the end of the text instead"],
    ["{\n  'a': 1}", 2, 3, `a field's name in double quotes is missing, there is "'a'" instead`],
    ['{\n "a" 1}', 2, 6, 'a colon is missing after "a", there is "1" instead'],
    ['{"a": }', 1, 7, 'a value is missing, there is "}" instead'],
    ['{"a": tru}', 1, 7, 'a value is missing, there is "tru" instead'],
    ['{"a": 1,\n}', 2, 1, 'there is a comma too many before "}"'],
    ["[1, 2,]", 1, 7, 'there is a comma too many before "]"'],
    ['[1\n "b"]', 2, 2, 'a comma or "]" is missing, there is """ instead'],
    ['{"a": 1 "b": 2}', 1, 9, 'a comma or "}" is missing, there is """ instead'],
    ["{} x", 1, 4, '"x" stands after the end'],
    ['["ab\n"]', 1, 2, "a text has no closing quote on its line"],
    ['["a\\x"]', 1, 2, '"\\x" is no escape: a backslash itself is written \\\\'],
    ['["a\tb"]', 1, 2, "a text holds a control character, a tab is written \\t"],
    ["[1e999]", 1, 7, "1e999 is too large a number"],
    ['{"a": 1,\n\n"a": 2}', 3, 1, '"a" is there twice'],
    ["[".repeat(50_000), 1, 102, "lists and objects are nested more than 100 deep"],
  ];
  for (const [text, line, column, message] of sentences) {
    assert.throws(() => readJsonText(text), { name: "JsonTextError", line, column, message });
  }
});

Deno.test("readJsonText knows the line of each value", () => {
  const { lineOf } = readJsonText(
    '{\n  "steps": [\n    { "id": "a" },\n    {\n      "id":\n        "b"\n    }\n  ]\n}',
  );
  assert.deepEqual(
    [[], ["steps"], ["steps", 0, "id"], ["steps", 1], ["steps", 1, "id"]].map((path) =>
      lineOf(path)
    ),
    [1, 2, 3, 4, 5],
  );
  assert.equal(lineOf(["steps", 1, "name"]), 4);
  assert.equal(lineOf(["outputs", 0]), 1);
});
