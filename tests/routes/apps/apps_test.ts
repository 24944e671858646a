import assert from "node:assert/strict";
import { paths } from "../../../routes/paths.ts";
import { problemOf } from "../../helpers/api_answers.ts";
import { TEXT_INPUT } from "../../helpers/definitions.ts";
import { HTMX, JSON_ONLY, startTestSite, taskIdIn } from "../../helpers/http.ts";

const REQUIRED_TEXT = { ...TEXT_INPUT, required: true, maxLength: 20 };

const ALL_INPUTS = [
  REQUIRED_TEXT,
  { name: "count", label: "Count", type: "number", min: 1, max: 9, default: 3 },
  { name: "sure", label: "Sure", type: "checkbox", default: true },
  { name: "tone", label: "Tone", type: "select", options: ["Plain", "Warm"], default: "Plain" },
];

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
  const { errors = {} } = await problemOf(response, 422);
  assert.deepEqual(Object.keys(errors).sort(), ["count", "sure", "text", "texx", "tone"]);
  assert.match(errors.texx ?? "", /There is no input "texx"\. Did you mean "text"\?/);
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
  assert.equal(json.headers.get("Retry-After"), "10");
  assert.equal((await problemOf(json, 503)).title, "The queue is full");
});

Deno.test("POST /apps/:appId/tasks sent again as JSON with its Idempotency-Key is the same task", async () => {
  await using site = await startTestSite({ concurrency: 0 });
  const app = await site.add({ inputs: [TEXT_INPUT] });
  const send = (text: string) =>
    site.postJson(paths.appTasks(app.id), { inputs: { text } }, { "Idempotency-Key": "k" });
  const first = await send("one");
  const { id } = await first.json();
  const again = await send("one");
  assert.equal(again.status, 201);
  assert.equal(again.headers.get("Idempotent-Replayed"), "true");
  assert.equal(again.headers.get("Location"), paths.task(id));
  assert.equal((await again.json()).id, id);
  await problemOf(await send("two"), 409);
  await site.executor.tasks.cancel(id);
  await site.executor.tasks.delete(id);
  await problemOf(await send("one"), 404);
});

Deno.test("POST /apps/:appId/tasks takes the text of a file, and shows it where it is refused", async () => {
  await using site = await startTestSite({ concurrency: 0 });
  const notes = { name: "notes", label: "Notes", type: "file" };
  const app = await site.add({ inputs: [notes, { ...TEXT_INPUT, required: true }] });
  const page = await (await site.get(paths.playground(app.id))).text();
  assert.match(page, /<form[^>]* enctype="multipart\/form-data"/);
  assert.match(page, /<input[^>]* name="notes"[^>]* type="file"/);
  const send = (fields: Record<string, string | File>) => {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    return site.request(paths.appTasks(app.id), { method: "POST", body });
  };
  const file = new File(["\ufeffh\u00e9 & <b>"], "notes.txt");
  const refused = await send({ notes: file, text: "" });
  assert.equal(refused.status, 422);
  assert.match(await refused.text(), /<textarea[^>]* name="notes"[^>]*>\s*hé &amp; &lt;b&gt;</);
  for (const fields of [{ notes: file, text: "a" }, { notes: "hé & <b>", text: "a" }]) {
    const started = await send(fields);
    assert.equal(started.status, 303);
    const task = await site.read(taskIdIn(started.headers.get("Location")));
    assert.deepEqual(task.inputs, { notes: "hé & <b>", text: "a" });
  }
  const none = await send({ notes: new File([], ""), text: "a" });
  assert.deepEqual((await site.read(taskIdIn(none.headers.get("Location")))).inputs, { text: "a" });
  const binary = await send({
    notes: new File([new Uint8Array([0xff, 0xfe])], "a.png"),
    text: "a",
  });
  assert.equal(binary.status, 422);
  assert.match(await binary.text(), /This file is not a text in UTF-8/);
});
