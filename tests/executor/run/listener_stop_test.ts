import assert from "node:assert/strict";
import { inARow } from "../../helpers/definitions.ts";
import { startTestExecutor, stop } from "../../helpers/executor.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { createGates } from "../../helpers/gates.ts";
import { dueItems } from "../../helpers/kv_probe.ts";

Deno.test("stop takes no more, and gives what runs back after its grace, the attempt unused", async () => {
  using kv = await Deno.openKv(":memory:");
  const clock = new FakeClock();
  await using first = await startTestExecutor({ kv, clock, concurrency: 1 });
  const app = await first.add({ steps: inARow("a", "b") });
  const running = await first.start(app.id);
  const queued = await first.start(app.id);
  (await first.gates.next("a")).done("kept");
  const b = await first.gates.next("b");

  const stopping = first.executor.stop(3_000);
  clock.advance(2_999);
  await first.kv.idle();
  assert.ok(!b.signal.aborted, "it may still end by itself");
  clock.advance(1);
  await stopping;
  assert.ok(b.signal.aborted);
  await first.kv.idle();
  const given = await first.read(running);
  assert.equal(given.status, "running");
  assert.deepEqual(given.steps.map(({ status, attempt }) => [status, attempt]), [
    ["completed", 1],
    ["queued", 0],
  ]);
  assert.deepEqual((await dueItems(kv)).map(({ value }) => value), [
    { status: "ready", crashes: 0 },
    { status: "ready", crashes: 0 },
  ]);
  assert.equal(await first.executor.isWell(), false);

  await using second = await startTestExecutor({ kv, clock });
  const again = await second.gates.next("b");
  assert.equal(again.attempt, 1, "no attempt was used up");
  again.done();
  (await second.gates.next("a")).done();
  (await second.gates.next("b")).done();
  for (const id of [running, queued]) {
    const task = await second.ended(id);
    assert.equal(task.status, "completed");
    assert.deepEqual(task.steps.map(({ attempt }) => attempt), [1, 1]);
  }
  assert.deepEqual(first.unexpected, []);
});

Deno.test("stop waits for steps that end within its grace", async () => {
  await using test = await startTestExecutor();
  const app = await test.add();
  const taskId = await test.start(app.id);
  const run = await test.gates.next();
  const stopping = test.executor.stop(3_000);
  run.done();
  await stopping;
  assert.equal((await test.read(taskId)).status, "completed");
});

Deno.test("stop does not wait for steps that do not heed their signal", async () => {
  using kv = await Deno.openKv(":memory:");
  const gates = createGates({ onAbort: "ignore" });
  const first = await startTestExecutor({ kv, gates });
  const app = await first.add();
  const taskId = await first.start(app.id);
  await gates.next();
  await stop(first);
  assert.equal((await first.read(taskId)).steps[0]?.status, "queued");
});

Deno.test("stop gives back a task whose claim was under way", async () => {
  using kv = await Deno.openKv(":memory:");
  const clock = new FakeClock();
  await using accepting = await startTestExecutor({ kv, clock, concurrency: 0 });
  const app = await accepting.add();
  const taskId = await accepting.start(app.id);

  const claiming = Promise.withResolvers<void>();
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  await using first = await startTestExecutor({ kv, clock });
  await (await first.gates.next()).done();
  await first.ended(taskId);
  first.kv.hooks = {
    async onCommit(_seen, commit) {
      claiming.resolve();
      await held;
      return await commit();
    },
  };
  const next = await accepting.start(app.id);
  const sweeping = first.executor.sweep(0);
  await claiming.promise;
  const stopping = stop(first);
  release();
  await stopping;
  await sweeping;
  await first.kv.idle();
  assert.deepEqual((await dueItems(kv)).map(({ taskId, value }) => [taskId, value]), [
    [next, { status: "ready", crashes: 0 }],
  ]);
});
