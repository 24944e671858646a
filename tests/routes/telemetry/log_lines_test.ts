import assert from "node:assert/strict";
import { newSecret } from "../../../executor/access/secrets.ts";
import { jsonLine, type LogRecord, textLine } from "../../../routes/telemetry/log_lines.ts";
import { createRedaction } from "../../../routes/telemetry/redaction.ts";

const ESC = String.fromCharCode(0x1b);
const HOSTILE = `one\n[root] two\r\nthree\u2028four\u0085${ESC}[2J\u009b2K\u202eevil\0\u{e0041}`;
const redact = createRedaction(["s3cret"]);

function recordOf(record: Partial<LogRecord>): LogRecord {
  return {
    time: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
    level: "info",
    category: "callboard.task",
    message: "Task completed",
    fields: {},
    error: null,
    ...record,
  };
}

Deno.test("textLine says when, how grave, where, what, and the fields there are", () => {
  const fields = { taskId: "tsk_1", where: "GET /a b", durationMs: 12, queued: false, none: null };
  assert.equal(
    textLine(recordOf({ fields }), redact),
    "2026-01-02T03:04:05.006Z info    callboard.task Task completed " +
      'taskId=tsk_1 where="GET /a b" durationMs=12 queued=false',
  );
});

Deno.test("jsonLine is an object with the fields beside time, level, category and message", () => {
  const record = recordOf({ fields: { taskId: "tsk_1", durationMs: 12, none: undefined } });
  assert.deepEqual(JSON.parse(jsonLine(record, redact)), {
    time: "2026-01-02T03:04:05.006Z",
    level: "info",
    category: "callboard.task",
    message: "Task completed",
    taskId: "tsk_1",
    durationMs: 12,
  });
});

Deno.test("no text begins a line of the log, moves a cursor, turns around or passes for a field", () => {
  const record = recordOf({ fields: { where: `x level=error ${HOSTILE}` }, error: HOSTILE });
  const text = textLine(record, redact);
  assert.doesNotMatch(text, /[\p{Cc}\p{Cf}\u2028\u2029]/u);
  assert.match(text, / where="x level=error one\\n\[root\] two/);
  assert.match(text, / \| one \| \[root\] two \| three \| four \| \\u\{1b\}\[2J\\u\{9b\}2K/);
  const json = jsonLine(record, redact);
  assert.doesNotMatch(json, /[\p{Cc}\p{Cf}\u2028\u2029]/u);
  assert.equal(JSON.parse(json).error, HOSTILE, "and a program reads it as it was");
});

Deno.test("neither form holds a key, in a field or in an error", () => {
  const record = recordOf({ fields: { path: "/tasks/s3cret" }, error: "Error: s3cret" });
  for (const form of [textLine, jsonLine]) assert.doesNotMatch(form(record, redact), /s3cret/);
});

Deno.test("a long field is cut, and not within a character", () => {
  const record = recordOf({ fields: { where: `${"x".repeat(499)}😀y` } });
  assert.ok(textLine(record, redact).endsWith(` where=${"x".repeat(499)}\ufffd…`));
});

Deno.test("a line is not longer for a path of any length, nor for what is cut from it", () => {
  const secret = newSecret("cbs_");
  const path = `/${"x".repeat(470)}/${secret}${"/x".repeat(10_000)}`;
  for (const form of [textLine, jsonLine]) {
    const line = form(recordOf({ fields: { path } }), redact);
    assert.ok(line.length < 700, `${line.length} characters`);
    assert.doesNotMatch(line, new RegExp(secret.slice(4, 20)));
  }
});

Deno.test("textLine never looks through spaces again for each of them", () => {
  const spaces = " ".repeat(100_000);
  const lineOf = (error: string) => textLine(recordOf({ error }), (text) => text);
  assert.ok(lineOf(`${spaces}\n ${spaces}a`).endsWith(`${spaces} | a`));
  // Milliseconds; a minute where a break may have spaces before it.
  assert.ok(lineOf(spaces).endsWith(spaces));
});
