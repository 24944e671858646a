import assert from "node:assert/strict";
import { isTaskId } from "../../../executor/mod.ts";
import { paths } from "../../../routes/paths.ts";
import { TEXT_INPUT } from "../../helpers/definitions.ts";
import { HTMX, JSON_ONLY, startTestSite } from "../../helpers/http.ts";

const UNKNOWN_APP = "app_01kdyak348vpjzxb42jtsw4ck7";
const FORM = "application/x-www-form-urlencoded";
const REQUIRED_TEXT = { ...TEXT_INPUT, required: true, maxLength: 20 };

const ALL_INPUTS = [
  REQUIRED_TEXT,
  { name: "count", label: "Count", type: "number", min: 1, max: 9, default: 3 },
  { name: "sure", label: "Sure", type: "checkbox", default: true },
  { name: "tone", label: "Tone", type: "select", options: ["Plain", "Warm"], default: "Plain" },
];

async function problemOf(response: Response) {
  assert.equal(response.headers.get("Content-Type"), "application/problem+json");
  return await response.json();
}

function taskIdIn(location: string | null): string {
  const taskId = location?.replace("/tasks/", "") ?? "";
  assert.ok(isTaskId(taskId), `a task's path, not "${location}"`);
  return taskId;
}

Deno.test("GET /apps gives every app with its definition", async () => {
  await using site = await startTestSite();
  assert.deepEqual(await (await site.get(paths.apps(), JSON_ONLY)).json(), { apps: [] });
  const app = await site.add({ name: "One", description: "First", inputs: [TEXT_INPUT] });
  const response = await site.get(paths.apps(), JSON_ONLY);
  assert.equal(response.status, 200);
  assert.match(response.headers.get("Content-Type") ?? "", /^application\/json/);
  const { apps } = await response.json();
  assert.equal(apps.length, 1);
  assert.deepEqual(apps[0], { id: app.id, version: 2, ...app.definition });
});

Deno.test("POST /apps/:appId/tasks with a form goes to the new task", async () => {
  await using site = await startTestSite({ concurrency: 0 });
  const app = await site.add({ inputs: ALL_INPUTS });
  const response = await site.postForm(paths.appTasks(app.id), {
    text: "one\r\ntwo",
    count: " 4.5 ",
    tone: "Warm",
    nobody: "asked",
  });
  assert.equal(response.status, 303);
  const task = await site.read(taskIdIn(response.headers.get("Location")));
  assert.deepEqual(task.inputs, { text: "one\ntwo", count: 4.5, sure: false, tone: "Warm" });
  assert.deepEqual(task.origin, { kind: "person" });
});

Deno.test("POST /apps/:appId/tasks with a multipart form takes its texts", async () => {
  await using site = await startTestSite({ concurrency: 0 });
  const app = await site.add({ inputs: ALL_INPUTS });
  const body = new FormData();
  body.set("text", "hé 🎈");
  body.set("sure", "on");
  body.set("tone", new File(["x"], "x.txt"));
  const response = await site.request(paths.appTasks(app.id), { method: "POST", body });
  assert.equal(response.status, 303);
  const task = await site.read(taskIdIn(response.headers.get("Location")));
  assert.deepEqual(task.inputs, { text: "hé 🎈", sure: true });
});

Deno.test("POST /apps/:appId/tasks from htmx goes there in the htmx way", async () => {
  await using site = await startTestSite({ concurrency: 0 });
  const app = await site.add();
  const response = await site.postForm(paths.appTasks(app.id), {}, HTMX);
  assert.ok(response.status === 200 || response.status === 204);
  taskIdIn(response.headers.get("HX-Redirect"));
  assert.equal(response.headers.get("Location"), null);
  assert.equal(await response.text(), "");
});

Deno.test("POST /apps/:appId/tasks with JSON answers 201, Location and the task", async () => {
  await using site = await startTestSite({ concurrency: 0 });
  const app = await site.add({ inputs: ALL_INPUTS });
  const response = await site.postJson(paths.appTasks(app.id), { inputs: { text: "hello" } });
  assert.equal(response.status, 201);
  const task = await response.json();
  assert.equal(response.headers.get("Location"), paths.task(task.id));
  assert.deepEqual(task, await site.read(task.id));
  assert.deepEqual(task.inputs, { text: "hello", count: 3, sure: true, tone: "Plain" });
  assert.deepEqual(task.origin, { kind: "api" });
  assert.equal(task.status, "running");
});

Deno.test("POST /apps/:appId/tasks with JSON: null makes a field absent, nothing at all is no inputs", async () => {
  await using site = await startTestSite({ concurrency: 0 });
  const app = await site.add({ inputs: ALL_INPUTS });
  const inputs = { text: "x", count: null, sure: null, tone: null };
  const task = await (await site.postJson(paths.appTasks(app.id), { inputs })).json();
  assert.deepEqual(task.inputs, { text: "x", sure: false });
  const plain = await site.add();
  assert.equal((await site.postJson(paths.appTasks(plain.id), {})).status, 201);
});

Deno.test("POST /apps/:appId/tasks refuses wrong fields of a form, with what was typed", async () => {
  await using site = await startTestSite();
  const app = await site.add({ inputs: ALL_INPUTS });
  const fields = { text: `${"<i>long".repeat(3)}`, count: "12", tone: "Cold", sure: "on" };
  const page = await site.postForm(paths.appTasks(app.id), fields);
  assert.equal(page.status, 422);
  assert.match(page.headers.get("Content-Type") ?? "", /^text\/html/);
  const html = await page.text();
  assert.match(html, /<!DOCTYPE html>/i);
  assert.match(html, /&lt;i&gt;long/);
  assert.doesNotMatch(html, /<i>long/);
  assert.match(html, /This is 21 characters long\. It may have at most 20/);
  assert.match(html, /“12” is too large\. It has to be at most 9/);
  assert.match(html, /“Cold” is not one of the options/);
  assert.match(html, /<input[^>]*name="sure"[^>]*checked/);

  const fragment = await site.postForm(paths.appTasks(app.id), fields, HTMX);
  assert.equal(fragment.status, 422);
  const part = await fragment.text();
  assert.doesNotMatch(part, /<!DOCTYPE|<html/i);
  assert.match(part, /It may have at most 20/);
  const { rows } = await site.executor.tasks.list({ limit: 5 });
  assert.deepEqual(rows, []);
});

Deno.test("POST /apps/:appId/tasks refuses wrong fields of JSON, each with a sentence", async () => {
  await using site = await startTestSite();
  const app = await site.add({ inputs: ALL_INPUTS });
  const inputs = { count: "4", sure: "yes", tone: 1, texx: "x" };
  const response = await site.postJson(paths.appTasks(app.id), { inputs });
  assert.equal(response.status, 422);
  const problem = await problemOf(response);
  assert.equal(problem.status, 422);
  assert.equal(typeof problem.title, "string");
  assert.deepEqual(Object.keys(problem.errors).sort(), ["count", "sure", "text", "texx", "tone"]);
  assert.match(problem.errors.texx, /There is no input "texx"\. Did you mean "text"\?/);
});

Deno.test("POST /apps/:appId/tasks takes no field from a prototype", async () => {
  await using site = await startTestSite({ concurrency: 0 });
  const app = await site.add({ inputs: [{ ...TEXT_INPUT, name: "constructor" }] });
  const body = '{"inputs": {"__proto__": {"constructor": "x"}}}';
  const response = await site.postJson(paths.appTasks(app.id), body);
  if (response.status === 201) assert.deepEqual((await response.json()).inputs, {});
  else assert.equal(response.status, 422);
});

Deno.test("POST /apps/:appId/tasks takes no more when the queue is full, and keeps what was typed", async () => {
  await using site = await startTestSite({ concurrency: 0, maxQueued: 1 });
  const app = await site.add({ inputs: [TEXT_INPUT] });
  const path = paths.appTasks(app.id);
  assert.equal((await site.postForm(path, { text: "first" })).status, 303);
  const page = await site.postForm(path, { text: "<second>" });
  assert.equal(page.status, 503);
  assert.equal(page.headers.get("Retry-After"), "10");
  const html = await page.text();
  assert.match(html, /&lt;second>|&lt;second&gt;/);
  assert.match(html, /1 task is queued already, and no more are taken in\. Try again in a while/);
  const fragment = await site.postForm(path, { text: "x" }, HTMX);
  assert.equal(fragment.status, 503);
  assert.doesNotMatch(await fragment.text(), /<html/);
  const json = await site.postJson(path, { inputs: { text: "x" } });
  assert.equal(json.status, 503);
  assert.equal(json.headers.get("Retry-After"), "10");
  assert.equal((await problemOf(json)).title, "The queue is full");
});

Deno.test("POST /apps/:appId/tasks refuses inputs over a megabyte, in the form and in JSON", async () => {
  await using site = await startTestSite({ concurrency: 0 });
  const app = await site.add({ inputs: [TEXT_INPUT] });
  const text = "é".repeat(500_001);
  const form = await site.postForm(paths.appTasks(app.id), { text });
  assert.equal(form.status, 413);
  const html = await form.text();
  assert.ok(html.includes(text), "what was typed is still there");
  const fragment = await site.postForm(paths.appTasks(app.id), { text }, HTMX);
  assert.equal(fragment.status, 413);
  assert.doesNotMatch(await fragment.text(), /<html/);
  const json = await site.postJson(paths.appTasks(app.id), { inputs: { text } });
  assert.equal(json.status, 413);
  assert.match((await problemOf(json)).detail, /1\.00 MB/);
  const fits = await site.postForm(paths.appTasks(app.id), { text: "é".repeat(500_000) });
  assert.equal(fits.status, 303, "three megabytes of form encoding are fine");
});

/** A body that comes in pieces, without a length, and counts how many were asked for. */
function inPieces(piece: Uint8Array, count: number) {
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent++ < count) controller.enqueue(piece);
      else controller.close();
    },
  });
  return { body, sent: () => sent };
}

Deno.test("POST /apps/:appId/tasks refuses a body over four megabytes, with and without a length", async () => {
  await using site = await startTestSite();
  const app = await site.add({ inputs: [TEXT_INPUT] });
  const body = `text=${"x".repeat(4 * 1024 * 1024)}`;
  const counted = await site.request(paths.appTasks(app.id), {
    method: "POST",
    headers: { "Content-Type": FORM, "Content-Length": String(body.length) },
    body,
  });
  assert.equal(counted.status, 413);
  assert.match(await counted.text(), /over 4 MB/);

  for (const type of [FORM, "application/json"]) {
    const pieces = inPieces(new TextEncoder().encode("x".repeat(65_536)), 10_000);
    const endless = await site.request(paths.appTasks(app.id), {
      method: "POST",
      headers: { "Content-Type": type },
      body: pieces.body,
    });
    assert.equal(endless.status, 413);
    assert.ok(pieces.sent() < 100, "the rest is not read");
  }
});

Deno.test("POST /apps/:appId/tasks with an unknown app is 404, before the body is read", async () => {
  await using site = await startTestSite();
  for (const appId of [UNKNOWN_APP, "nonsense", "app_%00"]) {
    const pieces = inPieces(new Uint8Array(65_536), 10_000);
    const response = await site.request(`/apps/${appId}/tasks`, {
      method: "POST",
      headers: { "Content-Type": FORM },
      body: pieces.body,
    });
    assert.equal(response.status, 404);
    assert.ok(pieces.sent() <= 2, "at most what is fetched ahead");
  }
  const json = await site.postJson(paths.appTasks(UNKNOWN_APP), "{ broken");
  assert.equal(json.status, 404);
  assert.equal((await problemOf(json)).status, 404);
});

/** A text in UTF-8, but for a byte in the place of its question mark. */
function withInvalidByte(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text).map((byte) => byte === 63 ? 0xff : byte);
}

Deno.test("POST /apps/:appId/tasks refuses bodies it cannot read", async (t) => {
  await using site = await startTestSite();
  const app = await site.add({ inputs: [TEXT_INPUT] });
  const post = (type: string | null, body: BodyInit | null) =>
    site.request(paths.appTasks(app.id), {
      method: "POST",
      headers: type === null ? {} : { "Content-Type": type },
      body,
    });
  const bytes = (text: string) => new TextEncoder().encode(text);
  const cases: [string, string | null, BodyInit | null, number][] = [
    ["no type", null, bytes("text=x"), 415],
    ["no type and no body", null, null, 415],
    ["plain text", "text/plain", "text=x", 415],
    ["XML", "application/xml", "<x/>", 415],
    ["a type that only begins like a form", `${FORM}x`, "text=x", 415],
    ["no JSON", "application/json", "{ broken", 400],
    ["no body of JSON", "application/json", null, 400],
    ["JSON that is no object", "application/json", "[1]", 400],
    ["a field that there is not", "application/json", '{"input": {"text": "x"}}', 400],
    ["inputs that are no object", "application/json", '{"inputs": [1]}', 400],
    ["invalid UTF-8 in JSON", "application/json", withInvalidByte('{"inputs":{"text":"?"}}'), 400],
    ["deep JSON", "application/json", `{"inputs":${"[".repeat(100_000)}`, 400],
    ["a multipart form without boundary", "multipart/form-data", "x", 400],
  ];
  for (const [name, type, body, status] of cases) {
    await t.step(name, async () => {
      const response = await post(type, body);
      assert.equal(response.status, status);
      const isJson = type === "application/json";
      if (isJson) assert.equal((await problemOf(response)).status, status);
      else assert.match(await response.text(), /Cannot read/);
    });
  }
  assert.deepEqual((await site.executor.tasks.list({ limit: 5 })).rows, []);
  assert.deepEqual(site.errors, [], "none of it is an error of ours");
});

Deno.test("POST /apps/:appId/tasks makes NUL of a form a visible character", async () => {
  await using site = await startTestSite({ concurrency: 0 });
  const app = await site.add({ inputs: [TEXT_INPUT] });
  const response = await site.request(paths.appTasks(app.id), {
    method: "POST",
    headers: { "Content-Type": FORM },
    body: "text=b%00c",
  });
  assert.equal(response.status, 303);
  const { inputs } = await site.read(taskIdIn(response.headers.get("Location")));
  const text = String(inputs.text);
  assert.match(text, /^b\uFFFDc$/);
});

Deno.test("POST /apps/:appId/tasks with a great many fields is answered in short", async () => {
  await using site = await startTestSite({ concurrency: 0 });
  const app = await site.add({ inputs: [TEXT_INPUT] });
  const form = Array.from({ length: 200_000 }, (_, i) => `k${i}=1`).join("&");
  const answered = await site.request(paths.appTasks(app.id), {
    method: "POST",
    headers: { "Content-Type": FORM },
    body: form,
  });
  assert.equal(answered.status, 400);
  const fields = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, 1]));
  const many = await site.postJson(paths.appTasks(app.id), { inputs: fields });
  assert.equal(many.status, 400);
  assert.match((await problemOf(many)).detail, /more than 1000 fields/);
  const some = Object.fromEntries(Object.entries(fields).slice(0, 500));
  const named = await site.postJson(paths.appTasks(app.id), { inputs: some });
  assert.equal(named.status, 422);
  assert.ok((await named.text()).length < 100_000);
});
