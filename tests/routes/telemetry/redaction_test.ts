import assert from "node:assert/strict";
import { newSecret } from "../../../executor/access/secrets.ts";
import { createRedaction, tellError } from "../../../routes/telemetry/redaction.ts";

Deno.test("tellError tells an error, where it was and what caused it", () => {
  const cause = new RangeError("it is full");
  const told = tellError(new TypeError("Cannot keep it", { cause }));
  assert.match(told, /^TypeError: Cannot keep it\n {4}at .*redaction_test\.ts/);
  assert.match(told, /caused by RangeError: it is full\n {4}at .*redaction_test\.ts/);
});

Deno.test("tellError leaves out what hangs on an error, and ends somewhere", () => {
  const error = Object.assign(new Error("no"), { requestBody: "private words" });
  assert.doesNotMatch(tellError(error), /private words/);
  const circle = new Error("a");
  circle.cause = circle;
  assert.ok(tellError(circle).length < 8_000);
});

Deno.test("tellError tells whatever is thrown", () => {
  assert.equal(tellError(undefined), "Not an error but undefined");
  assert.equal(tellError(null), "Not an error but null");
  assert.match(tellError({ a: { b: { c: 1 } } }), /^Not an error but \{ a: \{ b: .* \} \}$/);
});

Deno.test("redact leaves no key, in any form, nor what else carries rights", () => {
  const secret = "sk-a/b c=42";
  const redact = createRedaction([secret, ""]);
  const texts = [
    `refused ${secret} and ${encodeURIComponent(secret)}`,
    tellError(new Error("outer", { cause: new Error(`inner ${secret}`) })),
    tellError({ headers: { authorization: `Bearer ${secret}` } }),
  ];
  for (const text of texts) assert.doesNotMatch(redact(text), /sk-a|c=42|c%3D42/);
  assert.equal(
    redact("Bearer abc.def, Basic dTpw, https://me:pw1@host/x"),
    "Bearer …, Basic …, https://me:…@host/x",
  );
});

Deno.test("redact leaves nothing that opens something here, wherever it stands", () => {
  const redact = createRedaction([]);
  for (const prefix of ["cbk_", "cbs_", "cbv_", "cba_"] as const) {
    const secret = newSecret(prefix);
    const told = redact(
      `GET /s/${secret} and /embed/tasks/${secret}/events, Cookie: a=${secret}; b`,
    );
    assert.ok(!told.includes(secret.slice(4)));
    assert.match(told, new RegExp(`/s/${prefix}… and /embed/tasks/${prefix}…/events, `));
  }
});

Deno.test("redact makes no text endless", () => {
  assert.ok(createRedaction([])("x".repeat(1_000_000)).length < 8_100);
});
