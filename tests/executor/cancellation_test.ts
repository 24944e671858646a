import assert from "node:assert/strict";
import { inARow } from "../helpers/definitions.ts";
import { startTestExecutor } from "../helpers/executor.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { createGates } from "../helpers/gates.ts";
import { dueItems, keysUnder } from "../helpers/kv_probe.ts";
import { Gate, startModelServer, words } from "../helpers/model_server.ts";
import { UNKNOWN_TASK } from "../helpers/unknown_ids.ts";

Deno.test("cancel closes the request to the model, and the task says when", async () => {
  const server = startModelServer(words(["So far ", "and no further"], { gate: new Gate() }));
  const model = { baseUrl: server.baseUrl, model: "small", apiKey: null };
  await using test = await startTestExecutor({ model });
  const config = { prompt: "Say something" };
  const app = await test.add({ steps: [{ id: "ask", kind: "generate", config }] });
  const taskId = await test.start(app.id);
  const request = await server.nextRequest();
  const askedAt = test.clock.now();
  await test.executor.tasks.cancel(taskId);
  assert.equal(await request.closed, "left");
  const task = await test.closed(taskId);
  assert.equal(task.finishedAt, new Date(askedAt).toISOString());
  assert.equal(task.closedAt, new Date(askedAt).toISOString());
  assert.equal(server.requests.length, 1);
  await test.kv.idle();
  assert.deepEqual(await dueItems(test.kv), []);
  await server.close();
});

Deno.test("a cancelled task keeps its place in the queue until its attempts have stopped", async () => {
  const gates = createGates({ onAbort: "ignore" });
  await using test = await startTestExecutor({ gates });
  const app = await test.add({ steps: [{ id: "quick" }, { id: "slow" }] });
  const taskId = await test.start(app.id);
  const quick = await gates.next("quick");
  const slow = await gates.next("slow");
  await test.executor.tasks.cancel(taskId);
  await test.kv.idle();
  assert.equal((await test.read(taskId)).closedAt, null);
  assert.equal((await dueItems(test.kv)).length, 1);
  quick.done();
  test.clock.advance(700);
  await test.kv.idle();
  assert.equal((await test.read(taskId)).closedAt, null, "one still runs");
  slow.done();
  const task = await test.closed(taskId);
  assert.equal(task.closedAt, new Date(test.clock.now()).toISOString());
  assert.equal(Date.parse(task.closedAt) - Date.parse(task.finishedAt ?? ""), 700);
  assert.deepEqual(task.steps.map(({ status }) => status), ["cancelled", "cancelled"]);
  await test.kv.idle();
  assert.deepEqual(await dueItems(test.kv), []);
});

Deno.test("a task cancelled while its process is gone is settled when the lease runs out", async () => {
  const kv = await Deno.openKv(":memory:");
  {
    await using first = await startTestExecutor({ kv });
    const app = await first.add();
    const taskId = await first.start(app.id);
    await first.gates.next();
    // From here on the first one does nothing any more: its clock stands still.
    const clock = new FakeClock(first.clock.now() + 100);
    await using second = await startTestExecutor({ kv, clock });
    assert.equal(await second.executor.tasks.cancel(taskId), "cancelled");
    assert.equal(await second.executor.tasks.cancel(taskId), "cancelled");
    assert.equal((await second.read(taskId)).closedAt, null);
    await second.kv.idle();
    clock.advance(10_000);
    const task = await second.when(taskId, ({ closedAt }) => closedAt !== null);
    assert.equal(Date.parse(task.closedAt ?? "") - Date.parse(task.finishedAt ?? ""), 10_000);
    await second.kv.idle();
    assert.deepEqual(await dueItems(kv), []);
  }
  kv.close();
});

Deno.test("cancel ends a running task, aborts its steps and skips the rest", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({
    steps: [{ id: "a" }, { id: "b" }, { id: "c", needs: ["a", "b"] }],
  });
  const taskId = await test.start(app.id);
  (await test.gates.next("a")).done();
  const b = await test.gates.next("b");
  await test.when(taskId, ({ steps }) => steps[0]?.status === "completed");
  test.clock.advance(2_000);
  assert.equal(await test.executor.tasks.cancel(taskId), "cancelled");
  assert.ok(b.signal.aborted, "before cancel has answered");
  const task = await test.read(taskId);
  assert.equal(task.status, "cancelled");
  assert.equal(task.durationMs, 2_000);
  assert.deepEqual(task.steps.map(({ status }) => status), ["completed", "cancelled", "skipped"]);
  await test.kv.idle();
  assert.deepEqual(await keysUnder(test.kv, "due"), []);
  assert.deepEqual(await test.executor.tasks.list({ limit: 5, status: "running" }), {
    rows: [],
    older: null,
    newer: null,
  });
  assert.deepEqual(test.unexpected.filter((error) => !(error instanceof DOMException)), []);
});

Deno.test("cancel again gives the same answer and writes nothing", async () => {
  await using test = await startTestExecutor();
  const app = await test.add();
  const taskId = await test.start(app.id);
  const both = await Promise.all([
    test.executor.tasks.cancel(taskId),
    test.executor.tasks.cancel(taskId),
  ]);
  assert.deepEqual(both, ["cancelled", "cancelled"]);
  await test.kv.idle();
  const task = await test.read(taskId);
  const commits = test.kv.commits.length;
  test.clock.advance(1_000);
  assert.equal(await test.executor.tasks.cancel(taskId), "cancelled");
  assert.deepEqual(await test.read(taskId), task);
  assert.equal(test.kv.commits.length, commits);
});

Deno.test("cancel leaves a task alone that has completed or failed, or is not known", async () => {
  await using test = await startTestExecutor();
  const app = await test.add();
  const [one, two] = [await test.start(app.id), await test.start(app.id)];
  (await test.gates.next()).done();
  (await test.gates.next()).fail();
  for (const taskId of [one, two]) {
    const task = await test.ended(taskId);
    assert.equal(await test.executor.tasks.cancel(taskId), "ended");
    assert.deepEqual(await test.read(taskId), task);
  }
  assert.equal(await test.executor.tasks.cancel(UNKNOWN_TASK), "unknown-task");
});

Deno.test("cancel of a task that waits takes it out of the queue", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({
    steps: [{ id: "pause", kind: "wait", config: { seconds: 60 } }, ...inARow("b")],
  });
  const taskId = await test.start(app.id);
  (await test.gates.next("b")).done();
  await test.when(taskId, ({ steps }) => steps[1]?.status === "completed");
  await test.kv.idle();
  assert.equal((await keysUnder(test.kv, "due")).length, 1);
  assert.equal(await test.executor.tasks.cancel(taskId), "cancelled");
  assert.deepEqual(await keysUnder(test.kv, "due"), []);
  test.clock.advance(60_000);
  await test.kv.idle();
  assert.equal((await test.read(taskId)).status, "cancelled");
});

Deno.test("cancel of a task that nobody has taken yet", async () => {
  await using test = await startTestExecutor({ concurrency: 1 });
  const app = await test.add();
  await test.start(app.id);
  const queued = await test.start(app.id);
  assert.equal(await test.executor.tasks.cancel(queued), "cancelled");
  (await test.gates.next()).done();
  await test.kv.idle();
  assert.equal(test.gates.runs.length, 1);
  const task = await test.read(queued);
  assert.deepEqual([task.startedAt, task.durationMs], [null, null]);
  assert.deepEqual(task.steps.map(({ status }) => status), ["skipped"]);
});

Deno.test("cancel of a task that ran on past its first lease leaves nothing in the queue", async () => {
  await using test = await startTestExecutor();
  const app = await test.add();
  const taskId = await test.start(app.id);
  await test.gates.next();
  for (let i = 0; i < 5; i++) {
    test.clock.advance(3_000);
    await test.kv.idle();
  }
  await test.executor.tasks.cancel(taskId);
  await test.kv.idle();
  assert.deepEqual(await keysUnder(test.kv, "due"), []);
});

Deno.test("cancel ends also a task whose app's version cannot be read", async () => {
  const kv = await Deno.openKv(":memory:");
  {
    await using accepting = await startTestExecutor({ kv, concurrency: 0 });
    const app = await accepting.add();
    const taskId = await accepting.start(app.id);
    await kv.set(["app_version", app.id, app.version], "nonsense");
    await using other = await startTestExecutor({ kv, concurrency: 0 });
    assert.equal(await other.executor.tasks.cancel(taskId), "cancelled");
    assert.equal((await other.read(taskId)).status, "cancelled");
  }
  kv.close();
});
