import assert from "node:assert/strict";
import { paths } from "../../../routes/paths.ts";
import { problemOf } from "../../helpers/api_answers.ts";
import { TEXT_INPUT } from "../../helpers/definitions.ts";
import { HTMX, startTestSite, taskIdIn } from "../../helpers/http.ts";
import { UNKNOWN_APP } from "../../helpers/unknown_ids.ts";

const FORM = "application/x-www-form-urlencoded";

Deno.test("POST /apps/:appId/tasks takes no field from a prototype", async () => {
  await using site = await startTestSite({ concurrency: 0 });
  const app = await site.add({ inputs: [{ ...TEXT_INPUT, name: "constructor" }] });
  const body = '{"inputs": {"__proto__": {"constructor": "x"}}}';
  const response = await site.postJson(paths.appTasks(app.id), body);
  if (response.status === 201) assert.deepEqual((await response.json()).inputs, {});
  else assert.equal(response.status, 422);
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
  assert.match((await problemOf(json, 413)).detail, /1\.00 MB/);
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
  await problemOf(json, 404);
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
      if (isJson) await problemOf(response, status);
      else assert.match(await response.text(), /Cannot read/);
    });
  }
  assert.deepEqual((await site.executor.tasks.list({ limit: 5 })).rows, []);
  assert.deepEqual(site.errors, [], "none of it is an error of ours");
});

Deno.test("POST /apps/:appId/tasks refuses a compressed body, and says what it takes", async () => {
  await using site = await startTestSite({ concurrency: 0 });
  const app = await site.add({ inputs: [TEXT_INPUT] });
  const gzip = async (type: string, text: string) =>
    await site.request(paths.appTasks(app.id), {
      method: "POST",
      headers: { "Content-Type": type, "Content-Encoding": "gzip" },
      body: await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip")))
        .arrayBuffer(),
    });
  const form = await gzip(FORM, "text=x");
  assert.equal(form.status, 415);
  assert.equal(form.headers.get("Accept-Encoding"), "identity");
  assert.match(await form.text(), /Cannot read a body that is encoded as &quot;gzip&quot;/);
  const json = await gzip("application/json", '{"inputs": {"text": "x"}}');
  assert.equal(json.headers.get("Accept-Encoding"), "identity");
  assert.match((await problemOf(json, 415)).detail, /encoded as "gzip": send it without/);
  const plain = { "Content-Encoding": "identity" };
  assert.equal((await site.postForm(paths.appTasks(app.id), { text: "x" }, plain)).status, 303);
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
  assert.match((await problemOf(many, 400)).detail, /more than 1000 fields/);
  const some = Object.fromEntries(Object.entries(fields).slice(0, 500));
  const named = await site.postJson(paths.appTasks(app.id), { inputs: some });
  assert.equal(named.status, 422);
  assert.ok((await named.text()).length < 100_000);
});
