import assert from "node:assert/strict";
import { inARow, outputOf } from "../../helpers/definitions.ts";
import { startTestExecutor } from "../../helpers/executor.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { dueItems, turn } from "../../helpers/kv_probe.ts";

const LEASE_MS = 10_000;

Deno.test("a task whose process died is taken by another when the lease has run out, not before", async () => {
  using kv = await Deno.openKv(":memory:");
  await using dead = await startTestExecutor({ kv });
  const app = await dead.add({ steps: inARow("a", "b", "c") });
  const taskId = await dead.start(app.id);
  (await dead.gates.next("a")).done("kept");
  await dead.gates.next("b");

  const clock = new FakeClock(dead.clock.now());
  await using alive = await startTestExecutor({ kv, clock });
  clock.advance(LEASE_MS - 1);
  await alive.kv.idle();
  assert.equal(alive.gates.runs.length, 0, "the lease holds");

  clock.advance(1);
  const again = await alive.gates.next("b");
  assert.equal(again.attempt, 2);
  again.done();
  (await alive.gates.next("c")).done();
  const task = await alive.ended(taskId);
  assert.equal(task.status, "completed");
  assert.deepEqual(task.steps.map(({ output }) => output), ["kept", "b is done", "c is done"]);
  assert.ok(!alive.gates.runs.some(({ stepId }) => stepId === "a"), "what is kept runs no more");
  await alive.kv.idle();
  assert.deepEqual(await dueItems(kv), []);
});

Deno.test("a task whose process died at once after accepting it is run by another", async () => {
  using kv = await Deno.openKv(":memory:");
  await using dead = await startTestExecutor({ kv });
  const app = await dead.add({ outputs: [outputOf("only")] });
  const taskId = await dead.start(app.id);
  const clock = new FakeClock(dead.clock.now() + LEASE_MS);
  await using alive = await startTestExecutor({ kv, clock });
  (await alive.gates.next()).done();
  assert.equal((await alive.ended(taskId)).outputs[0]?.value, "only is done");
});

Deno.test("heartbeats keep a long step's task from being taken by another", async () => {
  using kv = await Deno.openKv(":memory:");
  const clock = new FakeClock();
  await using owner = await startTestExecutor({ kv, clock });
  await using other = await startTestExecutor({ kv, clock });
  const app = await owner.add();
  const taskId = await owner.start(app.id);
  const run = await owner.gates.next();
  for (let seconds = 0; seconds < 60; seconds++) {
    clock.advance(1_000);
    await owner.kv.idle();
    await other.kv.idle();
  }
  assert.equal(other.gates.runs.length, 0);
  run.done();
  const task = await owner.ended(taskId);
  assert.equal(task.status, "completed");
  assert.equal(task.steps[0]?.attempt, 1);
  await owner.kv.idle();
  assert.deepEqual(await dueItems(kv), []);
});

Deno.test("what a zombie writes after another has taken its task is refused and leaves no trace", async () => {
  using kv = await Deno.openKv(":memory:");
  await using zombie = await startTestExecutor({ kv });
  const app = await zombie.add({ steps: inARow("a", "b"), outputs: [outputOf("a")] });
  const taskId = await zombie.start(app.id);
  const late = await zombie.gates.next("a");

  const clock = new FakeClock(zombie.clock.now() + LEASE_MS);
  await using alive = await startTestExecutor({ kv, clock });
  const again = await alive.gates.next("a");
  late.done("x".repeat(100_000));
  await zombie.kv.idle();
  assert.equal(zombie.gates.runs.length, 1, "it does not go on with the task");
  again.done("right");
  (await alive.gates.next("b")).done();
  const task = await alive.ended(taskId);
  await alive.kv.idle();
  assert.equal(task.outputs[0]?.value, "right");
  assert.equal(task.steps[0]?.attempt, 2);
  const parts = [];
  for await (const { key } of kv.list({ prefix: ["part"] })) parts.push(key);
  assert.deepEqual(parts, [], "its parts are swept");
  assert.deepEqual(await dueItems(kv), []);
});

Deno.test("a zombie that writes after the task has ended changes nothing", async () => {
  using kv = await Deno.openKv(":memory:");
  await using zombie = await startTestExecutor({ kv });
  const app = await zombie.add();
  const taskId = await zombie.start(app.id);
  const late = await zombie.gates.next();
  const clock = new FakeClock(zombie.clock.now() + LEASE_MS);
  await using alive = await startTestExecutor({ kv, clock });
  (await alive.gates.next()).done("right");
  const before = await alive.ended(taskId);
  late.fail();
  await zombie.kv.idle();
  assert.deepEqual(await alive.read(taskId), before);
  assert.deepEqual(await dueItems(kv), []);
});

Deno.test("a zombie hears of it with its next heartbeat, and aborts its steps", async () => {
  using kv = await Deno.openKv(":memory:");
  await using zombie = await startTestExecutor({ kv });
  const app = await zombie.add();
  await zombie.start(app.id);
  const late = await zombie.gates.next();
  await using alive = await startTestExecutor({
    kv,
    clock: new FakeClock(zombie.clock.now() + LEASE_MS),
  });
  const again = await alive.gates.next();
  zombie.clock.advance(3_000);
  await zombie.kv.idle();
  assert.ok(late.signal.aborted);
  assert.ok(!again.signal.aborted);
  again.done();
});

Deno.test("of two executors that look at the same moment one runs the task", async () => {
  using kv = await Deno.openKv(":memory:");
  const clock = new FakeClock();
  await using accepting = await startTestExecutor({ kv, clock, concurrency: 0 });
  const app = await accepting.add();
  const ids = [];
  for (let i = 0; i < 20; i++) ids.push(await accepting.start(app.id));
  const [one, two] = await Promise.all([
    startTestExecutor({ kv, clock, concurrency: 15 }),
    startTestExecutor({ kv, clock, concurrency: 15 }),
  ]);
  for (let done = 0; done < 20; done++) {
    await (one.gates.runs.length + two.gates.runs.length > done ? turn() : one.kv.idle());
    await two.kv.idle();
    for (const { gates } of [one, two]) for (const run of gates.runs) run.done();
    clock.advance(1_000);
  }
  for (const id of ids) assert.equal((await accepting.ended(id)).status, "completed");
  const runs = [...one.gates.runs, ...two.gates.runs].map(({ taskId }) => taskId);
  assert.deepEqual(runs.toSorted(), ids.toSorted());
  await one[Symbol.asyncDispose]();
  await two[Symbol.asyncDispose]();
});

Deno.test("tasks that run here and whose leases ran out, as in a sleep, hide what is due behind them only shortly", async () => {
  using kv = await Deno.openKv(":memory:");
  const clock = new FakeClock();
  await using test = await startTestExecutor({ kv, clock, concurrency: 3 });
  await using accepting = await startTestExecutor({ kv, clock, concurrency: 0 });
  const app = await test.add();
  for (let i = 0; i < 2; i++) {
    await test.start(app.id);
    await test.gates.next();
  }
  clock.jump(LEASE_MS + 1_000);
  const taskId = await accepting.start(app.id);
  await test.executor.sweep(0);
  await test.kv.idle();
  assert.equal(test.gates.runs.length, 2, "it is hidden");
  for (let second = 0; second < 3; second++) {
    clock.advance(1_000);
    await test.kv.idle();
  }
  assert.equal((await test.gates.next()).taskId, taskId);
});
