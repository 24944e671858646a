import assert from "node:assert/strict";
import type { Json } from "../../../executor/definition/schema.ts";
import { messagesOf, small } from "./problems.ts";

Deno.test("parseDefinition checks an input's limits and its default", async () => {
  const input = (name: string, rest: Record<string, Json>) => ({ name, label: "L", ...rest });
  const messages = await messagesOf({
    ...small,
    inputs: [
      input("a", { type: "text", default: "long", maxLength: 2 }),
      input("a", { type: "number", min: 5, max: 1 }),
      input("n", { type: "number", min: 5, default: 1 }),
      input("m", { type: "number", max: 5, default: 9 }),
      input("s", { type: "select", options: ["x", "y"], default: "z" }),
      input("t", { type: "select", options: ["x", "x"] }),
      input("u", { type: "url", default: "example.org" }),
      input("l", { type: "text", default: "two\nlines" }),
    ],
  });
  assert.deepEqual(messages, [
    'Input "a", "default" has at most 2 characters, this one has 4',
    'Input "a", "name": "a" is taken by an input above',
    'Input "a", "min" has to be at most "max", which is 1, not 5',
    'Input "n", "default" has to be at least 5, not 1',
    'Input "m", "default" has to be at most 5, not 9',
    'Input "s", "default" has to be "x" or "y", not "z"',
    'Input "t", "options" has "x" twice',
    'Input "u", "default" has to begin with https:// or http://, not "example.org"',
    'Input "l", "default" has to be one line. Several lines need the type "multiline"',
  ]);
});
