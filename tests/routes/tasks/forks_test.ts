import assert from "node:assert/strict";
import type { App } from "../../../executor/mod.ts";
import { paths } from "../../../routes/paths.ts";
import { inARow, TEXT_INPUT } from "../../helpers/definitions.ts";
import { copiedIn, saveAgain } from "../../helpers/forks.ts";
import { HTMX, JSON_ONLY, startTestSite, taskIdIn, type TestSite } from "../../helpers/http.ts";
import { keysUnder } from "../../helpers/kv_probe.ts";

const UNKNOWN = "tsk_01kdyak348vpjzxb42jtsw4ck7";

/** An app of two gates and a task of it that has completed. */
async function completed(site: TestSite): Promise<{ app: App; taskId: string }> {
  const app = await site.add({ steps: inARow("a", "b"), inputs: [TEXT_INPUT] });
  const taskId = await site.start(app.id, { text: "hello" });
  for (const id of ["a", "b"]) (await site.gates.next(id)).done();
  await site.ended(taskId);
  return { app, taskId };
}

async function countTasks({ executor }: TestSite): Promise<number> {
  return (await executor.tasks.list({ limit: 100 })).rows.length;
}

Deno.test("POST /tasks/:id/forks with a form goes to the new task", async () => {
  await using site = await startTestSite();
  const { taskId } = await completed(site);
  const response = await site.postForm(paths.taskForks(taskId), { from: "b", version: "same" });
  assert.equal(response.status, 303);
  const fork = await site.read(taskIdIn(response.headers.get("Location")));
  assert.deepEqual(copiedIn(fork), ["a"]);
  const whole = await site.postForm(paths.taskForks(taskId), { version: "latest" });
  assert.deepEqual(copiedIn(await site.read(taskIdIn(whole.headers.get("Location")))), []);
});

Deno.test("POST /tasks/:id/forks from htmx goes there in the htmx way", async () => {
  await using site = await startTestSite();
  const { taskId } = await completed(site);
  const response = await site.postForm(paths.taskForks(taskId), { from: "b" }, HTMX);
  assert.equal(response.status, 204);
  taskIdIn(response.headers.get("HX-Redirect"));
});

Deno.test("POST /tasks/:id/forks with JSON answers 201, Location and the task", async () => {
  await using site = await startTestSite();
  const { taskId } = await completed(site);
  const response = await site.postJson(paths.taskForks(taskId), { from: "b" });
  assert.equal(response.status, 201);
  const fork = await response.json();
  assert.equal(response.headers.get("Location"), paths.task(fork.id));
  assert.equal(fork.status, "running");
  assert.deepEqual(fork.origin, { kind: "fork" });
  const { savedMs, ...from } = fork.forkedFrom;
  assert.deepEqual(from, { taskId, stepId: "b", savedTokens: 0 });
  assert.equal(typeof savedMs, "number");
  const [a, b] = fork.steps;
  assert.deepEqual([a.status, a.copied, "copied" in b], ["completed", true, false]);
});

Deno.test("POST /tasks/:id/forks with JSON: nothing is the whole app on its latest version", async () => {
  await using site = await startTestSite({ concurrency: 1 });
  const { app, taskId } = await completed(site);
  const saved = await saveAgain(site, app, { inputs: [TEXT_INPUT] });
  for (const body of [{}, { from: null, version: "latest" }]) {
    const fork = await (await site.postJson(paths.taskForks(taskId), body)).json();
    assert.equal(fork.app.version, saved.version);
    assert.equal(fork.forkedFrom.stepId, null);
    assert.deepEqual(fork.inputs, { text: "hello" });
  }
  const inputs = { text: "other" };
  const other = await (await site.postJson(paths.taskForks(taskId), { inputs })).json();
  assert.deepEqual(other.inputs, inputs);
});

Deno.test("POST /tasks/:id/forks answers 404 for an unknown task, before it reads the body", async () => {
  await using site = await startTestSite();
  for (const id of [UNKNOWN, "nonsense"]) {
    const response = await site.postJson(paths.taskForks(id), "{");
    assert.equal(response.status, 404);
    assert.equal(response.headers.get("Content-Type"), "application/problem+json");
  }
});

Deno.test("POST /tasks/:id/forks answers 422 with a sentence to what cannot be run", async () => {
  await using site = await startTestSite();
  const { taskId } = await completed(site);
  const cases: [unknown, RegExp][] = [
    [{ from: "z" }, /Cannot run from step "z": version 2 of the app has no such step/],
    [{ from: 5 }, /Cannot run from 5: "from" has to be the id of a step/],
    [{ version: "newest" }, /Cannot run version "newest": "version" has to be "latest" or "same"/],
    [{ version: 3 }, /Cannot run version 3:/],
    [{ from: `${"z".repeat(79)}😀` }, /^Cannot run from step "z{79}\ufffd…": version 2/],
    [{ from: "z".repeat(5_000) }, /^Cannot run from step "z{80}…": version 2/],
  ];
  for (const [body, sentence] of cases) {
    const response = await site.postJson(paths.taskForks(taskId), body);
    assert.equal(response.status, 422);
    assert.equal(response.headers.get("Content-Type"), "application/problem+json");
    assert.match((await response.json()).detail, sentence);
  }
  const form = await site.postForm(paths.taskForks(taskId), { from: "z" });
  assert.equal(form.status, 422);
  assert.match(await form.text(), /<!DOCTYPE html>[^]*has no such step/i);
  const fragment = await site.postForm(paths.taskForks(taskId), { from: "z" }, HTMX);
  assert.equal(fragment.status, 422);
  assert.doesNotMatch(await fragment.text(), /<!DOCTYPE/i);
  assert.equal(await countTasks(site), 1);
});

Deno.test("POST /tasks/:id/forks answers 400 to a misspelt field, and runs nothing", async () => {
  await using site = await startTestSite();
  const { taskId } = await completed(site);
  for (const field of ["form", "z".repeat(5_000)]) {
    const response = await site.postJson(paths.taskForks(taskId), { [field]: "b" });
    assert.equal(response.status, 400);
    const { detail } = await response.json();
    assert.match(detail, /it takes no field "(form|z{80}…)", but is such as \{"from"/);
  }
  assert.equal(await countTasks(site), 1);
});

Deno.test("POST /tasks/:id/forks answers 422 where the inputs no longer fit", async () => {
  await using site = await startTestSite();
  const { app, taskId } = await completed(site);
  await saveAgain(site, app, { inputs: [{ ...TEXT_INPUT, maxLength: 3 }] });
  const response = await site.postJson(paths.taskForks(taskId), {});
  assert.equal(response.status, 422);
  const problem = await response.json();
  assert.deepEqual(Object.keys(problem.errors), ["text"]);
  assert.match(problem.detail, /do not fit version 3 of the app/);
  const asked = await site.postForm(paths.taskForks(taskId), {}, JSON_ONLY);
  assert.deepEqual((await asked.json()).errors, problem.errors);
  const page = await (await site.postForm(paths.taskForks(taskId))).text();
  assert.match(page, /“Text”: This is 5 characters long\. It may have at most 3/);
  assert.equal((await site.postForm(paths.taskForks(taskId), { version: "same" })).status, 303);
});

Deno.test("POST /tasks/:id/forks of a deleted app: 422 for the latest version, not for its own", async () => {
  await using site = await startTestSite();
  const { app, taskId } = await completed(site);
  await site.executor.apps.delete(app.id);
  const response = await site.postJson(paths.taskForks(taskId), { from: "b" });
  assert.equal(response.status, 422);
  assert.match((await response.json()).detail, /the app has been deleted/);
  const body = { from: "b", version: "same" };
  assert.equal((await site.postJson(paths.taskForks(taskId), body)).status, 201);
});

Deno.test("POST /tasks/:id/forks refuses what another web site sends, and too much", async () => {
  await using site = await startTestSite();
  const { taskId } = await completed(site);
  const foreign = { "Sec-Fetch-Site": "cross-site" };
  assert.equal((await site.postForm(paths.taskForks(taskId), {}, foreign)).status, 403);
  const inputs = { text: "x".repeat(1_000_001) };
  assert.equal((await site.postJson(paths.taskForks(taskId), { inputs })).status, 413);
  const body = { from: "x".repeat(5_000_000) };
  assert.equal((await site.postJson(paths.taskForks(taskId), body)).status, 413);
  assert.equal((await site.postJson(paths.taskForks(taskId), "[")).status, 400);
  assert.equal(await countTasks(site), 1);
});

Deno.test("POST /tasks/:id/forks is refused while the queue is full, and leaves no copies", async () => {
  await using site = await startTestSite({ concurrency: 1, maxQueued: 1 });
  const { app, taskId } = await completed(site);
  for (let i = 0; i < 2; i++) await site.start(app.id);
  const before = await countTasks(site);
  const page = await site.postForm(paths.taskForks(taskId), { from: "b" });
  assert.equal(page.status, 503);
  assert.equal(page.headers.get("Retry-After"), "10");
  assert.match(await page.text(), /The queue is full.*1 task is queued already/s);
  const json = await site.postJson(paths.taskForks(taskId), { from: "b" });
  assert.equal(json.status, 503);
  assert.equal(json.headers.get("Retry-After"), "10");
  assert.equal((await json.json()).title, "The queue is full");
  assert.equal(await countTasks(site), before);
  assert.equal((await keysUnder(site.kv, "step")).length, 2, "those of the task that completed");
});
