import assert from "node:assert/strict";
import { inARow, outputOf } from "../../helpers/definitions.ts";
import { startTestExecutor } from "../../helpers/executor.ts";
import { faultAt, THROWN_FAULTS } from "../../helpers/fault_kv.ts";
import { dueItems } from "../../helpers/kv_probe.ts";

Deno.test("a heartbeat whose commit throws keeps the task, applied or not", async () => {
  for (const fault of THROWN_FAULTS) {
    await using test = await startTestExecutor();
    const app = await test.add();
    const taskId = await test.start(app.id);
    const run = await test.gates.next();
    test.kv.hooks = faultAt(1, fault, test);
    test.clock.advance(3_000);
    await test.kv.idle();
    assert.ok(!run.signal.aborted);
    for (let i = 0; i < 4; i++) {
      test.clock.advance(3_000);
      await test.kv.idle();
    }
    assert.ok(!run.signal.aborted, "the next heartbeats succeed");
    run.done();
    assert.equal((await test.ended(taskId)).status, "completed");
    await test.kv.idle();
    assert.deepEqual(await dueItems(test.kv), []);
    assert.equal(test.gates.runs.length, 1);
  }
});

Deno.test("a commit that reached the database twice is known for the worker's own: the task goes on at once", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ steps: inARow("a", "b") });
  await test.start(app.id);
  const a = await test.gates.next("a");
  test.kv.hooks = faultAt(1, "twice", test);
  a.done();
  await test.kv.idle();
  assert.deepEqual(test.gates.runs.map(({ stepId }) => stepId), ["a", "b"]);
});

Deno.test("a task whose commits fail for a while goes on when the database is back", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ outputs: [outputOf("only")] });
  const taskId = await test.start(app.id);
  const run = await test.gates.next();
  test.kv.hooks = { onCommit: () => Promise.reject(new Error("database is locked")) };
  run.done("lost");
  await test.kv.idle();
  assert.equal((await test.read(taskId)).status, "running");
  test.kv.hooks = {};
  for (let second = 0; second < 20 && test.gates.runs.length === 1; second++) {
    test.clock.advance(1_000);
    await test.kv.idle();
  }
  (await test.gates.next()).done("again");
  const task = await test.ended(taskId);
  assert.equal(task.outputs[0]?.value, "again");
  await test.kv.idle();
  assert.deepEqual(await dueItems(test.kv), []);
});
