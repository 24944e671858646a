import assert from "node:assert/strict";
import { App, AppList, Task } from "../../../routes/api/schemas/answers.ts";
import { paths } from "../../../routes/paths.ts";
import { answerOf, problemOf } from "../../helpers/api_answers.ts";
import { outputOf, TEXT_INPUT } from "../../helpers/definitions.ts";
import { startTestSite, type TestSite } from "../../helpers/http.ts";
import { UNKNOWN_APP } from "../../helpers/unknown_ids.ts";

const { api } = paths;
const REQUIRED_TEXT = { ...TEXT_INPUT, required: true, maxLength: 20 };

async function siteWithApp(concurrency = 0) {
  const site = await startTestSite({ concurrency });
  const app = await site.add({
    name: "One",
    inputs: [REQUIRED_TEXT],
    steps: [{ id: "a", when: "inputs.text", retry: { attempts: 2, backoff: 1 } }],
    outputs: [outputOf("a")],
  });
  return { site, app };
}

function countTasks(site: TestSite): Promise<number> {
  return site.executor.tasks.list({ limit: 100 }).then(({ rows }) => rows.length);
}

Deno.test("GET /api/v1/apps gives every app, GET /api/v1/apps/:appId one", async () => {
  await using site = await startTestSite();
  const { add, get } = site;
  assert.deepEqual(await answerOf(await get(api.apps()), 200, AppList), { apps: [] });
  const app = await add({ inputs: [TEXT_INPUT], budget: 10, steps: [{ id: "a", when: "1" }] });
  const { apps } = await answerOf(await get(api.apps()), 200, AppList);
  assert.deepEqual(apps, [{ id: app.id, version: 2, ...app.definition }]);
  assert.deepEqual(await answerOf(await get(api.app(app.id)), 200, App), apps[0]);
});

Deno.test("what is not there under /api/v1 is a problem, whatever is asked for", async () => {
  await using site = await startTestSite();
  for (const path of [api.app("x"), api.app(UNKNOWN_APP), api.apps() + "s", api.task("x")]) {
    await problemOf(await site.get(path, { Accept: "text/html" }), 404);
  }
  await problemOf(await site.postJson(api.appTasks(UNKNOWN_APP), "{not read"), 404);
  await problemOf(await site.get(api.taskOutput("x", "y")), 404);
  await problemOf(await site.get("/api/v1"), 404);
  const { detail } = await problemOf(await site.request(api.apps(), { method: "PUT" }), 405);
  assert.equal(detail, 'This address takes GET, HEAD, not "PUT".');
});

Deno.test("POST /api/v1/apps/:appId/tasks answers 201, Location and the task", async () => {
  const { site, app } = await siteWithApp();
  await using _ = site;
  const response = await site.postJson(api.appTasks(app.id), { inputs: { text: "one" } });
  const location = response.headers.get("Location");
  const task = await answerOf(response, 201, Task);
  assert.equal(location, api.task(task.id));
  assert.equal(task.status, "running");
  assert.deepEqual(task.inputs, { text: "one" });
  assert.deepEqual(task.origin, { kind: "api" });
});

Deno.test("POST /api/v1/apps/:appId/tasks says what is wrong with inputs", async () => {
  const { site, app } = await siteWithApp();
  await using _ = site;
  const inputs = { text: 3, txt: "" };
  const { errors } = await problemOf(await site.postJson(api.appTasks(app.id), { inputs }), 422);
  assert.deepEqual(errors, {
    text: "This has to be a text, not 3",
    txt: 'There is no input "txt". Did you mean "text"?',
  });
  const text = "x".repeat(1_000_001);
  await problemOf(await site.postJson(api.appTasks(app.id), { inputs: { text } }), 413);
  await problemOf(await site.postJson(api.appTasks(app.id), '{"inputs":'), 400);
  await problemOf(await site.postJson(api.appTasks(app.id), { inputs: [] }), 400);
  await problemOf(await site.postJson(api.appTasks(app.id), { input: {} }), 400);
  await problemOf(await site.postForm(api.appTasks(app.id), { text: "a" }), 415);
  assert.equal(await countTasks(site), 0);
});

Deno.test("POST /api/v1/apps/:appId/tasks is 503 with Retry-After while the queue is full", async () => {
  await using site = await startTestSite({ concurrency: 0, maxQueued: 0 });
  const app = await site.add();
  const response = await site.postJson(api.appTasks(app.id), {});
  assert.equal(response.headers.get("Retry-After"), "10");
  await problemOf(response, 503);
});

Deno.test("an Idempotency-Key with other inputs is 409, one that is none 400", async () => {
  const { site, app } = await siteWithApp();
  await using _ = site;
  const send = (key: string, body: string) =>
    site.postJson(api.appTasks(app.id), body, { "Idempotency-Key": key });
  await answerOf(await send("k", '{"inputs": {"text": "one"}}'), 201, Task);
  await answerOf(await send("k", '{ "inputs":{"text":"one"} }'), 201, Task);
  await problemOf(await send("k", '{"inputs": {"text": "two"}}'), 409);
  for (const key of ["", "a b", "x".repeat(256)]) {
    await problemOf(await send(key, '{"inputs": {"text": "one"}}'), 400);
  }
  assert.equal(await countTasks(site), 1);
});

Deno.test("a key sent again answers 404 once its task is deleted, and makes no other", async () => {
  const { site, app } = await siteWithApp();
  await using _ = site;
  const send = () => {
    const body = { inputs: { text: "one" } };
    return site.postJson(api.appTasks(app.id), body, { "Idempotency-Key": "k" });
  };
  const { id } = await answerOf(await send(), 201, Task);
  await site.executor.tasks.cancel(id);
  await site.executor.tasks.delete(id);
  await problemOf(await send(), 404);
  assert.equal(await countTasks(site), 0);
});
