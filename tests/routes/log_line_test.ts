import assert from "node:assert/strict";
import { createLogLine } from "../../routes/log_line.ts";

const ESC = String.fromCharCode(0x1b);

Deno.test("logLine tells an error, where it was and what caused it, on one line", () => {
  const cause = new RangeError("it is full");
  const line = createLogLine([])(new TypeError("Cannot keep it", { cause }), "step tsk_1.a, k1");
  assert.match(line, /^\[step tsk_1\.a, k1\] TypeError: Cannot keep it \| at .* \| caused by/);
  assert.match(line, /caused by RangeError: it is full \| at .*log_line_test\.ts/);
  assert.doesNotMatch(line, /\n/);
});

Deno.test("logLine lets no text begin a line, move a cursor or turn around", () => {
  const hostile = `one\n[root] two\r\nthree\u2028four\u0085${ESC}[2J\u009b2K\u202eevil\0`;
  const line = createLogLine([])(new Error(hostile), "here");
  assert.match(line, /^\[here\] Error: one \| \[root\] two \| three \| four \| \\u\{1b\}\[2J/);
  assert.doesNotMatch(line, /[\p{Cc}\p{Cf}\u2028\u2029]/u);
});

Deno.test("logLine holds no key, in any form, nor what else carries rights", () => {
  const secret = "sk-a/b c=42";
  const log = createLogLine([secret, ""]);
  const errors = [
    new Error(`refused ${secret} and ${encodeURIComponent(secret)}`),
    new Error("outer", { cause: new Error(`inner ${secret}`) }),
    { headers: { authorization: `Bearer ${secret}` } },
    `thrown ${secret}`,
  ];
  for (const error of errors) assert.doesNotMatch(log(error, "x"), /sk-a|c=42|c%3D42/);
  const other = log(new Error("Bearer abc.def, Basic dTpw, https://me:pw1@host/x"), "x");
  assert.match(other, /Bearer …, Basic …, https:\/\/me:…@host\/x/);
});

Deno.test("logLine leaves out what hangs on an error, and ends somewhere", () => {
  const log = createLogLine([]);
  const error = Object.assign(new Error("no"), { requestBody: "private words" });
  assert.doesNotMatch(log(error, "x"), /private words/);
  assert.ok(log(new Error("x".repeat(1_000_000)), "x").length < 8_100);
  const circle = new Error("a");
  circle.cause = circle;
  assert.ok(log(circle, "x").length < 8_100);
});

Deno.test("logLine tells whatever is thrown", () => {
  const log = createLogLine([]);
  assert.equal(log(undefined, "x"), "[x] Not an error but undefined");
  assert.equal(log(null, "x"), "[x] Not an error but null");
  assert.match(log({ a: { b: { c: 1 } } }, "x"), /^\[x\] Not an error but \{ a: \{ b: .* \} \}$/);
});
