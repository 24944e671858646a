import assert from "node:assert/strict";
import { createLog } from "../../routes/telemetry/log.ts";
import { ApiClient } from "../helpers/api_client.ts";
import { startCallboard } from "../helpers/callboard_process.ts";
import { HTMX, JSON_ONLY, startTestSite } from "../helpers/http.ts";
import { startModelServer } from "../helpers/model_server.ts";

const SECRET = "sk-very-s3cret";
const ESC = String.fromCharCode(0x1b);
/** What an exception may carry: a key, a path, a forged line and codes for a terminal. */
const HOSTILE = `open '/srv/keys/${SECRET}' failed\n2026-01-01 error forged line\r${ESC}[2Jgone`;
const UNFIT = /s3cret|\/srv\/keys|forged line|\[2Jgone/;

Deno.test("an exception of a step: a reference for readers, the rest redacted on one line of the log", async () => {
  const lines: string[] = [];
  const log = createLog({
    format: "text",
    level: "debug",
    secrets: [SECRET],
    write: (text) => lines.push(...text.split("\n")),
  });
  await using site = await startTestSite({
    onUnexpected: log.onUnexpected,
    onEvent: log.onEvent,
  });
  const app = await site.add({ steps: [{ id: "a", retry: { attempts: 2, backoff: 1 } }] });
  const taskId = await site.start(app.id);
  (await site.gates.next()).fail(new TypeError(HOSTILE, { cause: new Error(HOSTILE) }));
  await site.when(taskId, ({ steps }) => steps[0]?.retryAt !== undefined);
  await site.kv.idle();
  site.clock.advance(1_000);
  (await site.gates.next()).fail({ password: SECRET });
  const task = await site.ended(taskId);
  await log.flush();

  const [, reference] = /The log has it as (\w+)$/.exec(task.error?.message ?? "") ?? [];
  assert.ok(reference !== undefined, task.error?.message);
  const paths = ["", ".json", ".md", ".txt", "/events"].map((end) => `/tasks/${taskId}${end}`);
  for (const path of [...paths, "/tasks", "/metrics"]) {
    assert.doesNotMatch(await (await site.get(path)).text(), UNFIT, path);
  }

  const told = lines.filter((line) => line.includes("Unexpected error"));
  assert.equal(told.length, 2);
  assert.match(told[0] ?? "", /TypeError: open '\/srv\/keys\/…' failed \| 2026-01-01 error forged/);
  assert.match(told[0] ?? "", /caused by Error: open/);
  assert.match(told[1] ?? "", new RegExp(`reference=${reference} `));
  for (const line of lines) {
    assert.match(
      line,
      /^\d{4}-\d\d-\d\dT[\d:.]+Z (debug|info|warning|error) /,
      "none begins alone",
    );
    assert.doesNotMatch(line, /s3cret|[\p{Cc}\p{Cf}]/u);
  }
});

Deno.test("an exception of a request: a reference for whoever asked, the same in the log", async () => {
  const lines: string[] = [];
  const log = createLog({
    format: "json",
    level: "info",
    secrets: [SECRET],
    write: (text) => lines.push(...text.split("\n")),
  });
  await using site = await startTestSite({ onUnexpected: log.onUnexpected });
  const app = await site.add();
  const taskId = await site.start(app.id);
  await site.gates.next();
  site.kv.get = () => Promise.reject(new Error(HOSTILE));
  const asked = [JSON_ONLY, { Accept: "text/html" }, HTMX];
  for (const headers of asked) {
    const response = await site.get(`/tasks/${taskId}`, headers);
    assert.equal(response.status, 500);
    assert.doesNotMatch(await response.text(), UNFIT);
  }
  Reflect.deleteProperty(site.kv, "get");
  await log.flush();
  assert.equal(lines.length, 3);
  for (const line of lines) {
    const { where, error, reference } = JSON.parse(line);
    assert.equal(where, `GET /tasks/${taskId}`);
    assert.match(reference, /^[\da-f]{8}$/);
    assert.match(error, /^Error: open '\/srv\/keys\/…' failed\n/);
    assert.doesNotMatch(line, /s3cret|[\p{Cc}\p{Cf}]/u);
  }
});

Deno.test("a model service that quotes its key: nobody reads it, on a page or in the log", async () => {
  const model = startModelServer((_, request) =>
    Response.json({
      error: { message: `no such key: ${request.headers.get("Authorization")}${ESC}[2J\nforged` },
    }, { status: 401 })
  );
  {
    await using callboard = startCallboard({
      KV_PATH: ":memory:",
      MODEL_BASE_URL: model.baseUrl,
      MODEL: "small",
      MODEL_API_KEY: SECRET,
      LOG_LEVEL: "debug",
    });
    const api = new ApiClient(await callboard.origin);
    const taskId = await api.start(await api.appId("Ask a model"), { question: "private words" });
    const task = await api.ended(taskId);
    assert.equal(task.status, "failed");
    assert.doesNotMatch(JSON.stringify(task), /s3cret/);
    const page = await fetch(`${api.origin}/tasks/${taskId}`);
    assert.doesNotMatch(await page.text(), /s3cret/);
    callboard.kill("SIGTERM");
    const { code, errors } = await callboard.ended;
    assert.equal(code, 0);
    assert.match(errors, /Task failed taskId=/);
    assert.doesNotMatch(errors, /s3cret|private words/);
    for (const line of errors.trimEnd().split("\n")) assert.match(line, /^\d{4}-\d\d-\d\dT/);
  }
  await model.close();
});
