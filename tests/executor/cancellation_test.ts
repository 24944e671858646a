import assert from "node:assert/strict";
import { startTestExecutor } from "../helpers/executor.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { createGates } from "../helpers/gates.ts";
import { dueItems } from "../helpers/kv_probe.ts";
import { Gate, startModelServer, words } from "../helpers/model_server.ts";

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
