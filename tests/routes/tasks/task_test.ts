import assert from "node:assert/strict";
import { paths } from "../../../routes/paths.ts";
import { outputOf, TEXT_INPUT } from "../../helpers/definitions.ts";
import { HTMX, JSON_ONLY, startTestSite, type TestSite } from "../../helpers/http.ts";

const UNKNOWN = "tsk_01kdyak348vpjzxb42jtsw4ck7";
const HOSTILE = `<script>alert(1)</script><img src=x onerror=alert(1)>"'&`;

/** A task that has completed with a Markdown, a text and a JSON output. */
async function completed(site: TestSite): Promise<string> {
  const app = await site.add({
    name: HOSTILE.slice(0, 80),
    description: HOSTILE,
    inputs: [TEXT_INPUT],
    outputs: [outputOf("only", "markdown"), { ...outputOf("only"), name: "plain" }, {
      ...outputOf("only", "json"),
      name: "facts",
    }],
  });
  const taskId = await site.start(app.id, { text: HOSTILE });
  (await site.gates.next()).done("# Result\n\n<b>ü</b> \u2028");
  await site.ended(taskId);
  return taskId;
}

Deno.test("GET /tasks/:id shows the task in every status", async () => {
  await using site = await startTestSite();
  const app = await site.add({ outputs: [outputOf("only")] });
  const ids = [];
  for (let i = 0; i < 4; i++) ids.push(await site.start(app.id));
  const [done, failed, cancelled, running] = ids.map((id) => id ?? "");
  (await site.gates.next(done)).done("the result");
  (await site.gates.next(failed)).fail();
  for (const id of [done, failed]) await site.ended(id ?? "");
  await site.executor.tasks.cancel(cancelled ?? "");
  await site.closed(cancelled ?? "");
  const cases = [[done, "Completed"], [failed, "Failed"], [cancelled, "Cancelled"], [
    running,
    "Running",
  ]];
  for (const [id = "", word = ""] of cases) {
    const response = await site.get(paths.task(id));
    assert.equal(response.status, 200);
    assert.match(response.headers.get("Content-Type") ?? "", /^text\/html/);
    assert.equal(response.headers.get("Cache-Control"), "no-store");
    assert.match(response.headers.get("Vary") ?? "", /Accept/);
    const html = await response.text();
    assert.match(html, /^<!DOCTYPE html>/i);
    assert.ok(html.includes(word));
    assert.ok(html.replaceAll(/<[^>]*>/g, "").includes(id));
    assert.equal(html.includes("hx-sse:connect"), word === "Running");
    assert.equal(/http-equiv="refresh"/i.test(html), word === "Running");
  }
  assert.match(await (await site.get(paths.task(done ?? ""))).text(), /the result/);
  assert.match(await (await site.get(paths.task(failed ?? ""))).text(), /it was told to fail/);
  assert.deepEqual(site.errors, []);
});

Deno.test("GET /tasks/:id gives JSON to whoever asks for it", async () => {
  await using site = await startTestSite();
  const taskId = await completed(site);
  const expected = await site.read(taskId);
  for (
    const response of [
      await site.get(paths.task(taskId), JSON_ONLY),
      await site.get(paths.task(taskId), { Accept: "application/json;q=0.9, */*;q=0.1" }),
      await site.get(paths.task(taskId), { Accept: "text/html;q=0.5, Application/JSON" }),
      await site.get(`${paths.task(taskId)}.json`),
    ]
  ) {
    assert.equal(response.status, 200);
    assert.match(response.headers.get("Content-Type") ?? "", /^application\/json/);
    assert.deepEqual(await response.json(), expected);
  }
  for (
    const Accept of [
      "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
      "application/json;q=0, */*",
      "application/json;q=0.5, text/html",
    ]
  ) {
    const page = await site.get(paths.task(taskId), { Accept });
    assert.match(page.headers.get("Content-Type") ?? "", /^text\/html/, Accept);
  }
});

Deno.test("GET /tasks/:id.md and .txt give the outputs as text", async () => {
  await using site = await startTestSite();
  const taskId = await completed(site);
  const md = await site.get(`${paths.task(taskId)}.md`);
  assert.equal(md.headers.get("Content-Type"), "text/markdown; charset=utf-8");
  assert.equal(md.headers.get("X-Content-Type-Options"), "nosniff");
  const markdown = await md.text();
  assert.match(markdown, /^# Result of only\n\n# Result\n\n<b>ü<\/b>/);
  assert.match(markdown, /```json\n/);
  const txt = await site.get(`${paths.task(taskId)}.txt`);
  assert.equal(txt.headers.get("Content-Type"), "text/plain; charset=utf-8");
  assert.match(await txt.text(), /^Result of only\n\n# Result/);
});

Deno.test("GET /tasks/:id.md of a single output is that output and no more", async () => {
  await using site = await startTestSite();
  const app = await site.add({ outputs: [outputOf("only")] });
  const taskId = await site.start(app.id);
  assert.equal(await (await site.get(`${paths.task(taskId)}.md`)).text(), "");
  (await site.gates.next()).done(" as it is \n");
  await site.ended(taskId);
  assert.equal(await (await site.get(`${paths.task(taskId)}.txt`)).text(), " as it is \n");
});

Deno.test("GET of an unknown task is 404: a page, a fragment, a stream, a problem", async () => {
  await using site = await startTestSite();
  for (const id of [UNKNOWN, "nonsense", "tsk_", "..%2f..", "%00", "<script>"]) {
    const paths_ = [paths.task(id), `${paths.task(id)}/outputs/x`, paths.taskEvents(id)];
    for (const path of [...paths_, `${paths.task(id)}.json`, `${paths.task(id)}.md`]) {
      assert.equal((await site.get(path)).status, 404, path);
    }
  }
  const page = await site.get(paths.task("<script>x"));
  const html = await page.text();
  assert.match(html, /^<!DOCTYPE html>/i);
  assert.doesNotMatch(html, /<script>x/);
  const fragment = await site.get(paths.task(UNKNOWN), HTMX);
  assert.equal(fragment.status, 404);
  assert.doesNotMatch(await fragment.text(), /<html|<!DOCTYPE/i);
  for (
    const response of [
      await site.get(paths.task(UNKNOWN), JSON_ONLY),
      await site.get(`${paths.task(UNKNOWN)}.json`),
    ]
  ) {
    assert.equal(response.status, 404);
    assert.equal(response.headers.get("Content-Type"), "application/problem+json");
    assert.equal((await response.json()).status, 404);
  }
});

Deno.test("POST /tasks/:id/cancellation cancels, and says so in the way it was asked", async () => {
  await using site = await startTestSite();
  const app = await site.add();
  const [one, two, three] = [
    await site.start(app.id),
    await site.start(app.id),
    await site.start(app.id),
  ];
  for (let times = 0; times < 2; times++) {
    const form = await site.postForm(paths.taskCancellation(one));
    assert.equal(form.status, 303);
    assert.equal(form.headers.get("Location"), paths.task(one));
    const json = await site.postForm(paths.taskCancellation(two), {}, JSON_ONLY);
    assert.equal(json.status, 200);
    assert.equal((await json.json()).status, "cancelled");
    const sent = await site.postJson(paths.taskCancellation(two), {});
    assert.equal(sent.status, 200);
    assert.equal((await sent.json()).status, "cancelled");
    const htmx = await site.postForm(paths.taskCancellation(three), {}, HTMX);
    assert.ok(htmx.ok && (await htmx.text()) === "");
  }
  for (const id of [one, two, three]) assert.equal((await site.read(id)).status, "cancelled");
});

Deno.test("POST /tasks/:id/cancellation is 409 when the task has ended, 404 when there is none", async () => {
  await using site = await startTestSite();
  const taskId = await completed(site);
  const json = await site.postForm(paths.taskCancellation(taskId), {}, JSON_ONLY);
  assert.equal(json.status, 409);
  const { title, detail } = await json.json();
  assert.equal(title, "It is too late for that");
  assert.match(detail, /Cannot cancel task "tsk_.*": it has ended already/);
  const page = await site.postForm(paths.taskCancellation(taskId));
  assert.equal(page.status, 409);
  assert.match(await page.text(), /^<!DOCTYPE html>/i);
  assert.equal((await site.read(taskId)).status, "completed");
  assert.equal((await site.postForm(paths.taskCancellation(UNKNOWN))).status, 404);
  assert.equal((await site.get(paths.taskCancellation(taskId))).status, 405);
});

Deno.test("GET /tasks/:id/outputs/:name is the raw output with its type", async () => {
  await using site = await startTestSite();
  const taskId = await completed(site);
  const text = "# Result\n\n<b>ü</b> \u2028";
  const cases = [
    ["of_only", "text/markdown; charset=utf-8", text, "of_only.md"],
    ["plain", "text/plain; charset=utf-8", text, "plain.txt"],
    ["facts", "application/json", JSON.stringify(text), "facts.json"],
  ] as const;
  for (const [name, type, body, file] of cases) {
    const response = await site.get(paths.taskOutput(taskId, name));
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("Content-Type"), type);
    assert.equal(response.headers.get("X-Content-Type-Options"), "nosniff");
    assert.equal(response.headers.get("Content-Disposition"), null);
    assert.equal(await response.text(), body);
    const download = await site.get(paths.taskOutputDownload(taskId, name));
    assert.equal(
      download.headers.get("Content-Disposition"),
      `attachment; filename="${file}"`,
    );
    assert.equal(await download.text(), body);
  }
  assert.equal((await site.get(paths.taskOutput(taskId, "none"))).status, 404);
  assert.equal((await site.get(paths.taskOutput(taskId, '"%0d%0aX: y'))).status, 404);
});

Deno.test("GET /tasks/:id/outputs/:name of two megabytes is whole", async () => {
  await using site = await startTestSite();
  const app = await site.add({ outputs: [outputOf("only")] });
  const taskId = await site.start(app.id);
  const long = "Größe 🎈 ".repeat(250_000);
  (await site.gates.next()).done(long);
  await site.ended(taskId);
  const response = await site.get(paths.taskOutput(taskId, "of_only"));
  assert.ok(await response.text() === long);
  const page = await (await site.get(paths.task(taskId))).text();
  assert.ok(page.length < 300_000, "the page shows its beginning");
});

Deno.test("a page shows hostile text as text, wherever it stands", async () => {
  await using site = await startTestSite();
  const taskId = await completed(site);
  const pages = [
    paths.task(taskId),
    paths.tasks(),
    paths.playground(),
    paths.studio(),
    `${paths.playground()}?q=${encodeURIComponent(HOSTILE)}`,
    `/nowhere/${encodeURIComponent(HOSTILE)}`,
  ];
  const apps = await site.executor.apps.names();
  for (const { id } of apps) {
    pages.push(`${paths.playground(id)}&text=${encodeURIComponent(HOSTILE)}`, paths.studioApp(id));
  }
  for (const path of pages) {
    const html = await (await site.get(path)).text();
    assert.doesNotMatch(html, /<script>alert|<img src=x/, path);
    assert.doesNotMatch(html, /<b>ü/, path);
  }
  assert.deepEqual(site.errors, []);
});

Deno.test("POST /tasks/:id/deletion and DELETE /tasks/:id delete a task that has ended", async () => {
  await using site = await startTestSite();
  const [one, two, three] = [
    await completed(site),
    await completed(site),
    await completed(site),
  ];
  assert.match(await (await site.get(paths.task(one))).text(), /Delete task<\/button>/);
  const form = await site.postForm(paths.taskDeletion(one));
  assert.equal(form.status, 303);
  assert.equal(form.headers.get("Location"), paths.tasks());
  const program = await site.request(paths.task(two), { method: "DELETE" });
  assert.equal(program.status, 204);
  const asked = await site.postForm(paths.taskDeletion(three), {}, JSON_ONLY);
  assert.equal(asked.status, 204);
  for (const id of [one, two, three]) assert.equal((await site.get(paths.task(id))).status, 404);
  assert.match(await (await site.get(paths.tasks())).text(), /No tasks yet/);
});

Deno.test("POST /tasks/:id/deletion is 409 while the task runs, 404 when there is none", async () => {
  await using site = await startTestSite();
  const app = await site.add();
  const taskId = await site.start(app.id);
  assert.doesNotMatch(await (await site.get(paths.task(taskId))).text(), /Delete task/);
  const refused = await site.postForm(paths.taskDeletion(taskId), {}, JSON_ONLY);
  assert.equal(refused.status, 409);
  const { title, detail } = await refused.json();
  assert.equal(title, "This task still runs");
  assert.match(detail, /Cannot delete task "tsk_.*": cancel it first/);
  assert.equal((await site.read(taskId)).status, "running");
  assert.equal((await site.postForm(paths.taskDeletion(UNKNOWN))).status, 404);
  assert.equal((await site.request(paths.task(UNKNOWN), { method: "DELETE" })).status, 404);
});
