import assert from "node:assert/strict";
import { Task, TaskList } from "../../../routes/api/schemas/answers.ts";
import { paths } from "../../../routes/paths.ts";
import { answerOf, problemOf } from "../../helpers/api_answers.ts";
import { inARow, outputOf, TEXT_INPUT } from "../../helpers/definitions.ts";
import { startTestSite } from "../../helpers/http.ts";
import { UNKNOWN_TASK } from "../../helpers/unknown_ids.ts";

const { api } = paths;

Deno.test("GET /api/v1/tasks pages by cursor to the end and back, and keeps to its filters", async () => {
  await using site = await startTestSite({ concurrency: 0 });
  const app = await site.add();
  const other = await site.add({ name: "Other" });
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) ids.unshift(await site.start(app.id));
  await site.start(other.id);
  const list = async (path: string) => await answerOf(await site.get(path), 200, TaskList);
  const query = { app: app.id, status: "running", limit: 2 } as const;
  const first = await list(api.tasks(query));
  const second = await list(api.tasks({ ...query, before: first.older ?? "" }));
  const third = await list(api.tasks({ ...query, before: second.older ?? "" }));
  const pages = [first, second, third].map(({ tasks }) => tasks.map(({ id }) => id));
  assert.deepEqual(pages, [ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)]);
  assert.deepEqual([first.newer, third.older], [null, null]);
  assert.deepEqual(await list(api.tasks({ ...query, after: second.newer ?? "" })), first);
  assert.equal((await list(api.tasks())).tasks.length, 6);
  assert.deepEqual((await list(api.tasks({ status: "failed" }))).tasks, []);
  const both = `before=${ids[0]}&after=${ids[4]}`;
  for (const wrong of ["limit=0", "limit=101", "before=x", "status=done", both]) {
    await problemOf(await site.get(`${api.tasks()}?${wrong}`), 400);
  }
});

Deno.test("GET /api/v1/tasks/:id is 304 until the task changes", async () => {
  await using site = await startTestSite();
  const app = await site.add();
  const taskId = await site.start(app.id);
  const run = await site.gates.next();
  const first = await site.get(api.task(taskId));
  const tag = first.headers.get("ETag") ?? "";
  assert.match(tag, /^(W\/)?".+"$/);
  await answerOf(first, 200, Task);
  const same = await site.get(api.task(taskId), { "If-None-Match": tag });
  assert.equal(same.status, 304);
  assert.equal(await same.text(), "");
  run.done("x");
  await site.ended(taskId);
  const after = await site.get(api.task(taskId), { "If-None-Match": tag });
  assert.notEqual(after.headers.get("ETag"), tag);
  assert.equal((await answerOf(after, 200, Task)).status, "completed");
});

Deno.test("every status a task has fits what is told of it", async () => {
  await using site = await startTestSite();
  const app = await site.add({
    inputs: [TEXT_INPUT],
    steps: [
      { id: "a", onError: "continue" },
      { id: "b", when: "inputs.text", needs: ["a"] },
      { id: "c", needs: ["a"], retry: { attempts: 2, backoff: 1 } },
    ],
    outputs: [outputOf("c", "json")],
  });
  const taskId = await site.start(app.id);
  const read = async () => await answerOf(await site.get(api.task(taskId)), 200, Task);
  (await site.gates.next("a")).fail();
  const c = await site.gates.next("c");
  c.fail(new Error("again"));
  await site.when(taskId, ({ steps }) => steps[2]?.retryAt !== undefined);
  await read();
  site.clock.advance(2_000);
  const again = await site.gates.next("c");
  again.wait(site.clock.now() + 1_000);
  await site.when(taskId, ({ steps }) => steps[2]?.resumeAt !== undefined);
  await read();
  site.clock.advance(1_000);
  (await site.gates.next("c")).done({ n: [1] }, { inputTokens: 1, outputTokens: 2 });
  await site.ended(taskId);
  const task = await read();
  assert.deepEqual(task.steps.map(({ status }) => status), ["failed", "skipped", "completed"]);
  assert.deepEqual(task.outputs.map(({ value }) => value), [{ n: [1] }]);
});

Deno.test("POST /api/v1/tasks/:id/cancellation answers the task; 409 when it had ended", async () => {
  await using site = await startTestSite();
  const app = await site.add();
  const taskId = await site.start(app.id);
  await site.gates.next();
  for (let i = 0; i < 2; i++) {
    const response = await site.request(api.taskCancellation(taskId), { method: "POST" });
    assert.equal((await answerOf(response, 200, Task)).status, "cancelled");
  }
  const other = await site.start(app.id);
  (await site.gates.next()).done("x");
  await site.ended(other);
  await problemOf(await site.request(api.taskCancellation(other), { method: "POST" }), 409);
  await problemOf(await site.request(api.taskCancellation(UNKNOWN_TASK), { method: "POST" }), 404);
});

Deno.test("DELETE /api/v1/tasks/:id deletes a task that has ended", async () => {
  await using site = await startTestSite();
  const app = await site.add();
  const taskId = await site.start(app.id);
  const send = (id: string) => site.request(api.task(id), { method: "DELETE" });
  await problemOf(await send(taskId), 409);
  (await site.gates.next()).done("x");
  await site.ended(taskId);
  assert.equal((await send(taskId)).status, 204);
  await problemOf(await site.get(api.task(taskId)), 404);
  for (const id of [taskId, UNKNOWN_TASK, "x"]) await problemOf(await send(id), 404);
});

Deno.test("POST /api/v1/tasks/:id/forks runs a task again from a step", async () => {
  await using site = await startTestSite();
  const app = await site.add({ inputs: [TEXT_INPUT], steps: inARow("a", "b") });
  const taskId = await site.start(app.id, { text: "x" });
  (await site.gates.next("a")).done("of a");
  (await site.gates.next("b")).fail();
  await site.ended(taskId);
  const forking = site.postJson(api.taskForks(taskId), { from: "b" }, { Prefer: "wait=5" });
  (await site.gates.next("b")).done("of b");
  const response = await forking;
  const location = response.headers.get("Location");
  const fork = await answerOf(response, 201, Task);
  assert.equal(location, api.task(fork.id));
  assert.equal(fork.forkedFrom?.taskId, taskId);
  assert.equal(fork.steps[0]?.copied, true);
  assert.equal(fork.status, "completed");
  await problemOf(await site.postJson(api.taskForks(taskId), { from: "zzz" }), 422);
  await problemOf(await site.postJson(api.taskForks(taskId), { inputs: { text: 1 } }), 422);
  await problemOf(await site.postForm(api.taskForks(taskId), {}), 415);
  await problemOf(await site.postJson(api.taskForks(UNKNOWN_TASK), {}), 404);
});

Deno.test("GET /api/v1/tasks/:id/outputs/:name is the output itself", async () => {
  await using site = await startTestSite();
  const app = await site.add({ outputs: [outputOf("only", "markdown")] });
  const taskId = await site.start(app.id);
  await problemOf(await site.get(api.taskOutput(taskId, "of_only")), 404);
  (await site.gates.next()).done("# One");
  await site.ended(taskId);
  const response = await site.get(`${api.taskOutput(taskId, "of_only")}?download`);
  assert.equal(response.headers.get("Content-Type"), "text/markdown; charset=utf-8");
  assert.match(response.headers.get("Content-Disposition") ?? "", /of_only\.md/);
  assert.equal(await response.text(), "# One");
});

Deno.test("POST /api/v1/tasks/:id/forks sent again with its Idempotency-Key is the same task", async () => {
  await using site = await startTestSite({ concurrency: 0 });
  const app = await site.add({ steps: [{ id: "a" }] });
  const [taskId, other] = [await site.start(app.id), await site.start(app.id)];
  const fork = (id: string, body: object) =>
    site.postJson(paths.api.taskForks(id), body, { "Idempotency-Key": "again-1" });
  const answers = await Promise.all([1, 2, 3, 4].map(() => fork(taskId, { version: "same" })));
  const locations = new Set(answers.map(({ headers }) => headers.get("Location")));
  assert.deepEqual(answers.map(({ status }) => status), [201, 201, 201, 201]);
  assert.equal(locations.size, 1);
  const replayed = answers.filter(({ headers }) => headers.get("Idempotent-Replayed") === "true");
  assert.equal(replayed.length, 3);
  assert.equal((await problemOf(await fork(taskId, {}), 409)).title, "This key is taken");
  assert.ok(!locations.has((await fork(other, { version: "same" })).headers.get("Location")));
  assert.equal((await site.executor.tasks.list({ limit: 10 })).rows.length, 4);
});

Deno.test("POST /api/v1/tasks/:id/forks without a body runs the whole app again", async () => {
  await using site = await startTestSite({ concurrency: 0 });
  const app = await site.add();
  const path = paths.api.taskForks(await site.start(app.id));
  const requests: RequestInit[] = [
    {},
    // As a server has it that does not know yet that nothing will come.
    { body: new Uint8Array() },
    { body: "", headers: { "Content-Type": "application/json" } },
  ];
  for (const init of requests) {
    const answer = await site.request(path, { method: "POST", ...init });
    assert.equal((await answer.json()).forkedFrom.stepId, null);
  }
  const text = { method: "POST", body: "x", headers: { "Content-Type": "text/plain" } };
  assert.equal((await site.request(path, text)).status, 415);
  const zipped = await site.request(path, {
    method: "POST",
    headers: { "Content-Encoding": "gzip" },
  });
  await problemOf(zipped, 415);
});
