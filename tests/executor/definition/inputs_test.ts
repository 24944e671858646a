import assert from "node:assert/strict";
import { parseInputs } from "../../../executor/definition/inputs.ts";
import { Definition, type Json } from "../../../executor/definition/schema.ts";

const { inputs } = Definition.parse({
  name: "App",
  steps: [{ id: "a", name: "A", kind: "template" }],
  inputs: [
    { name: "title", label: "Title", type: "text", required: true, maxLength: 5 },
    { name: "body", label: "Body", type: "multiline", default: "as it was" },
    { name: "count", label: "Count", type: "number", min: 1, max: 10, default: 3 },
    { name: "tone", label: "Tone", type: "select", options: ["calm", "loud"], default: "calm" },
    { name: "cite", label: "Cite", type: "checkbox", default: true },
    { name: "page", label: "Page", type: "url" },
  ],
});

const form = (fields: Record<string, string>) =>
  parseInputs(inputs, { source: "form", fields: new Map(Object.entries(fields)) });
const json = (fields: Record<string, unknown>) => parseInputs(inputs, { source: "json", fields });

function errorsOf(check: ReturnType<typeof parseInputs>) {
  assert.ok(!check.ok && check.reason === "invalid", JSON.stringify(check));
  return check.errors;
}

Deno.test("parseInputs takes a form as the person left it", () => {
  assert.deepEqual(form({ title: "Tides", body: "", count: " ", tone: "" }), {
    ok: true,
    values: { title: "Tides", cite: false },
  });
  const fields = {
    title: "Tides",
    count: " 4 ",
    tone: "loud",
    cite: "on",
    page: " https://a.org/x ",
  };
  assert.deepEqual(form({ ...fields, csrf: "1" }), {
    ok: true,
    values: { title: "Tides", count: 4, tone: "loud", cite: true, page: "https://a.org/x" },
  });
});

Deno.test("parseInputs fills defaults in where JSON has no field, null leaves it absent", () => {
  assert.deepEqual(json({ title: "Tides" }), {
    ok: true,
    values: { title: "Tides", body: "as it was", count: 3, tone: "calm", cite: true },
  });
  const nulls: Record<string, Json> = {
    body: null,
    count: null,
    tone: null,
    cite: null,
    page: null,
  };
  assert.deepEqual(json({ title: "Tides", ...nulls }), {
    ok: true,
    values: { title: "Tides", cite: false },
  });
  assert.deepEqual(json({ title: "Tides", body: "", cite: false, count: 10, tone: "loud" }), {
    ok: true,
    values: { title: "Tides", cite: false, count: 10, tone: "loud" },
  });
});

Deno.test("parseInputs says at each field what is wanted", () => {
  assert.deepEqual(errorsOf(form({})), { title: "This is required" });
  assert.deepEqual(errorsOf(form({ title: " \r\n" })), { title: "This is required" });
  const fields = { title: "Too long", count: "3,5", tone: "shrill", page: "example.org/x" };
  assert.deepEqual(errorsOf(form(fields)), {
    title: "This is 8 characters long. It may have at most 5",
    count: "“3,5” is not a number. Write it like 12 or 3.5",
    tone: "“shrill” is not one of the options. Choose one",
    page: "“example.org/x” is not a web address. It has to begin with https:// or http://",
  });
  assert.deepEqual(errorsOf(form({ title: "x", count: "11", page: "https://" })), {
    count: "“11” is too large. It has to be at most 10",
    page: "“https://” is not a web address. It has to be like https://example.org/page",
  });
  assert.deepEqual(errorsOf(form({ title: "x", count: "0.5" })), {
    count: "“0.5” is too small. It has to be at least 1",
  });
});

Deno.test("parseInputs takes a number at either of its limits", () => {
  for (const count of [1, 10]) {
    const check = form({ title: "x", count: String(count) });
    assert.ok(check.ok && check.values.count === count, String(count));
  }
});

Deno.test("parseInputs holds an address to its length", () => {
  const page = { name: "page", label: "Page", type: "url", maxLength: 20 };
  const { inputs } = Definition.parse({
    name: "App",
    steps: [{ id: "a", name: "A", kind: "template" }],
    inputs: [page],
  });
  const fields = (address: string) => ({ source: "json", fields: { page: address } }) as const;
  assert.ok(parseInputs(inputs, fields("https://example.org/")).ok);
  assert.match(
    errorsOf(parseInputs(inputs, fields("https://example.org/x"))).page ?? "",
    /21 characters long\. It may have at most 20/,
  );
});

Deno.test("parseInputs takes only finite decimal numbers", () => {
  for (const count of ["4", "+4", "4.", "4.0", "4e0", "0.4e1"]) {
    const check = form({ title: "x", count });
    assert.ok(check.ok && check.values.count === 4, count);
  }
  for (const count of ["1e999", "Infinity", "NaN", "0x4", "4 5", "1_0", "--4", "e4", ".", "٤"]) {
    assert.match(errorsOf(form({ title: "x", count })).count ?? "", /is not a number/, count);
  }
});

Deno.test("parseInputs takes only http and https addresses", () => {
  for (
    const page of [
      "javascript:alert(1)",
      "data:,x",
      "//a.org",
      "ftp://a.org",
      "https:a.org",
      "https:///x",
    ]
  ) {
    assert.match(errorsOf(form({ title: "x", page })).page ?? "", /is not a web address/, page);
  }
  for (
    const page of [
      "http://a.org",
      "HTTPS://A.org/ü?q=ä#f",
      "http://127.0.0.1:8000/",
      "https://[::1]/",
    ]
  ) {
    assert.ok(form({ title: "x", page }).ok, page);
  }
});

Deno.test("parseInputs wants the right types in JSON", () => {
  const fields = { title: 5, body: ["x"], count: "4", tone: {}, cite: "yes", page: true };
  assert.deepEqual(errorsOf(json(fields)), {
    title: "This has to be a text, not 5",
    body: "This has to be a text, not a list",
    count: "This has to be a number, not the text “4”",
    tone: "This has to be a text, not an object",
    cite: "This has to be true or false, not the text “yes”",
    page: "This has to be a text, not true",
  });
  assert.deepEqual(errorsOf(json({ title: "x", count: NaN })), {
    count: "This has to be a number, not NaN",
  });
});

Deno.test("parseInputs refuses JSON fields that no input declares", () => {
  const fields = JSON.parse('{"title":"x","titel":"y","__proto__":1,"constructor":2}');
  const errors = errorsOf(json(fields));
  assert.deepEqual(Object.keys(errors).sort(), ["__proto__", "constructor", "titel"]);
  assert.equal(errors.titel, 'There is no input "titel". Did you mean "title"?');
});

Deno.test("parseInputs takes nothing of a prototype for a field", () => {
  assert.deepEqual(errorsOf(json(Object.create({ title: "x" }))), { title: "This is required" });
});

Deno.test("parseInputs wants a required checkbox ticked", () => {
  const terms = Definition.shape.inputs.parse([
    { name: "terms", label: "Terms", type: "checkbox", required: true },
  ]);
  const check = (fields: ReadonlyMap<string, string>) =>
    parseInputs(terms, { source: "form", fields });
  assert.deepEqual(errorsOf(check(new Map())), { terms: "This has to be ticked" });
  assert.ok(check(new Map([["terms", "on"]])).ok);
});

Deno.test("parseInputs makes line breaks \\n and replaces what cannot be stored", () => {
  const check = form({ title: "a", body: "1\r\n2\r3\n4\0\ud800😀" });
  assert.ok(check.ok);
  assert.equal(check.values.body, "1\n2\n3\n4\uFFFD\uFFFD😀");
});

Deno.test("parseInputs counts a line break as one character", () => {
  assert.ok(form({ title: "a\r\nb\r\n" }).ok);
});

Deno.test("parseInputs takes a million bytes and not one more", () => {
  const at = (bytes: number) => ({ title: "t", body: "é".repeat(bytes / 2 - 1) + "x" });
  assert.ok(form(at(1_000_000)).ok);
  assert.ok(json(at(1_000_000)).ok);
  const tooLarge = { ok: false, reason: "too-large", bytes: 1_000_002, limit: 1_000_000 };
  assert.deepEqual(form(at(1_000_002)), tooLarge);
  assert.deepEqual(json({ ...at(1_000_002), titel: 1 }), tooLarge);
});

Deno.test("parseInputs calls an overlong field over the limit too large", () => {
  const check = form({ title: "x".repeat(1_000_001) });
  assert.ok(!check.ok && check.reason === "too-large");
});

Deno.test("parseInputs quotes the beginning of a long value", () => {
  const { count = "" } = errorsOf(form({ title: "x", count: "9".repeat(500_000) + "\n!" }));
  assert.equal(count, `“${"9".repeat(39)}…” is not a number. Write it like 12 or 3.5`);
});

Deno.test("parseInputs takes the text of a file where one is asked for, and a text in its place", () => {
  const [file, other] = Definition.parse({
    name: "App",
    steps: [{ id: "a", name: "A", kind: "template" }],
    inputs: [
      { name: "notes", label: "Notes", type: "file", required: true, maxLength: 9 },
      { name: "title", label: "Title", type: "text" },
    ],
  }).inputs;
  assert.ok(file !== undefined && other !== undefined);
  const sent = (notes: string | { readonly text: string | null }) =>
    parseInputs([file], { source: "form", fields: new Map([["notes", notes]]) });
  assert.deepEqual(sent({ text: "one\r\ntwo" }), { ok: true, values: { notes: "one\ntwo" } });
  assert.deepEqual(sent("one"), { ok: true, values: { notes: "one" } });
  assert.match(errorsOf(sent({ text: null })).notes ?? "", /not a text in UTF-8/);
  assert.match(errorsOf(sent({ text: "" })).notes ?? "", /required/);
  assert.match(errorsOf(sent({ text: "0123456789" })).notes ?? "", /10 characters long/);
  const large = sent({ text: "x".repeat(1_000_001) });
  assert.ok(!large.ok && large.reason === "too-large");
  const fields = new Map([["title", { text: "of a file" }]]);
  assert.deepEqual(parseInputs([other], { source: "form", fields }), { ok: true, values: {} });
});
