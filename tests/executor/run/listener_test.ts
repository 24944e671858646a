import assert from "node:assert/strict";
import { inARow, outputOf } from "../../helpers/definitions.ts";
import { startTestExecutor, stop } from "../../helpers/executor.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { createGates } from "../../helpers/gates.ts";
import { dueItems, turn } from "../../helpers/kv_probe.ts";

const LEASE_MS = 10_000;

/** Two executors after one another on one database; the first may just vanish. */
async function withDatabase(test: (kv: Deno.Kv) => Promise<void>): Promise<void> {
  const kv = await Deno.openKv(":memory:");
  try {
    await test(kv);
  } finally {
    kv.close();
  }
}

Deno.test("the listener runs as many tasks at once as it may, and the others after them, in order", async () => {
  await using test = await startTestExecutor({ concurrency: 2 });
  const app = await test.add();
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) ids.push(await test.start(app.id));
  await test.kv.idle();
  assert.deepEqual(test.gates.runs.map(({ taskId }) => taskId), ids.slice(0, 2));
  assert.equal((await test.read(ids[4] ?? "")).startedAt, null, "it has not been taken");

  for (let i = 0; i < 5; i++) {
    (await test.gates.next()).done();
    await test.kv.idle();
    assert.equal(test.gates.runs.length, Math.min(5, i + 3));
  }
  for (const id of ids) assert.equal((await test.ended(id)).status, "completed");
  assert.deepEqual(test.unexpected, []);
  assert.equal(new Set(test.gates.runs.map(({ taskId }) => taskId)).size, 5);
});

Deno.test("the listener lets a backlog go first: a new task does not overtake it", async () => {
  await using test = await startTestExecutor({ concurrency: 1 });
  const app = await test.add();
  const ids = [await test.start(app.id), await test.start(app.id), await test.start(app.id)];
  await test.kv.idle();
  for (const expected of ids) {
    const run = await test.gates.next();
    assert.equal(run.taskId, expected);
    run.done();
  }
});

Deno.test("an executor with no places only accepts tasks, and another runs them", () =>
  withDatabase(async (kv) => {
    await using accepting = await startTestExecutor({ kv, concurrency: 0 });
    const app = await accepting.add();
    const taskId = await accepting.start(app.id);
    await accepting.kv.idle();
    assert.equal(accepting.gates.runs.length, 0);

    await using running = await startTestExecutor({ kv, clock: accepting.clock });
    (await running.gates.next()).done();
    assert.equal((await running.ended(taskId)).status, "completed");
  }));

Deno.test("a task whose process died is taken by another when the lease has run out, not before", () =>
  withDatabase(async (kv) => {
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
  }));

Deno.test("a task whose process died at once after accepting it is run by another", () =>
  withDatabase(async (kv) => {
    await using dead = await startTestExecutor({ kv });
    const app = await dead.add({ outputs: [outputOf("only")] });
    const taskId = await dead.start(app.id);
    const clock = new FakeClock(dead.clock.now() + LEASE_MS);
    await using alive = await startTestExecutor({ kv, clock });
    (await alive.gates.next()).done();
    assert.equal((await alive.ended(taskId)).outputs[0]?.value, "only is done");
  }));

Deno.test("heartbeats keep a long step's task from being taken by another", () =>
  withDatabase(async (kv) => {
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
  }));

Deno.test("what a zombie writes after another has taken its task is refused and leaves no trace", () =>
  withDatabase(async (kv) => {
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
  }));

Deno.test("a zombie that writes after the task has ended changes nothing", () =>
  withDatabase(async (kv) => {
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
  }));

Deno.test("a zombie hears of it with its next heartbeat, and aborts its steps", () =>
  withDatabase(async (kv) => {
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
  }));

Deno.test("of two executors that look at the same moment one runs the task", () =>
  withDatabase(async (kv) => {
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
  }));

Deno.test("an item that comes due while the listener is busy taking others is not overslept", async () => {
  await using test = await startTestExecutor();
  const app = await test.add();
  const waiting = await test.start(app.id);
  (await test.gates.next()).wait(test.clock.now() + 5_000);
  await test.kv.idle();

  // A task that nobody has yet makes the listener claim; meanwhile the other one's time comes.
  await using accepting = await startTestExecutor({
    kv: test.kv,
    clock: test.clock,
    concurrency: 0,
  });
  await accepting.start(app.id);
  test.clock.advance(4_999);
  let isClaim = true;
  test.kv.hooks = {
    async onCommit(_seen, commit) {
      const result = await commit();
      if (isClaim) test.clock.jump(2);
      isClaim = false;
      return result;
    },
  };
  const sweeping = test.executor.sweep(0);
  await test.kv.idle();
  await sweeping;
  test.clock.advance(1_000);
  await test.kv.idle();
  const resumed = test.gates.runs.find(({ resumedAt }) => resumedAt !== null);
  assert.equal(resumed?.taskId, waiting);
});

Deno.test("sweep ends when what was due has ended, or when its time is over", async () => {
  const clock = new FakeClock();
  await using test = await startTestExecutor({ clock, concurrency: 3 });
  await using accepting = await startTestExecutor({ kv: test.kv, clock, concurrency: 0 });
  const app = await accepting.add();
  const ids = [];
  for (let i = 0; i < 5; i++) ids.push(await accepting.start(app.id));

  let isOver = false;
  const sweep = test.executor.sweep(55_000).then(() => isOver = true);
  for (let i = 0; i < 5; i++) {
    const run = await test.gates.next();
    await test.kv.idle();
    assert.ok(!isOver, `${5 - i} tasks are left`);
    run.done();
  }
  await sweep;
  for (const id of ids) assert.equal((await test.read(id)).status, "completed");

  await accepting.start(app.id);
  isOver = false;
  const long = test.executor.sweep(55_000).then(() => isOver = true);
  const run = await test.gates.next();
  clock.advance(54_999);
  await test.kv.idle();
  assert.ok(!isOver);
  clock.advance(1);
  await long;
  run.done();
});

Deno.test("sweep waits once for a long task, however many others end meanwhile", async () => {
  const clock = new FakeClock();
  const waits: number[] = [];
  const after = clock.after;
  Object.assign(clock, {
    after: (ms: number, action: () => void) => {
      waits.push(ms);
      return after(ms, action);
    },
  });
  await using test = await startTestExecutor({ clock });
  const app = await test.add();
  const long = await test.start(app.id);
  const run = await test.gates.next();
  const sweep = test.executor.sweep(55_000);
  for (let i = 0; i < 20; i++) {
    const short = await test.start(app.id);
    (await test.gates.next()).done();
    await test.ended(short);
    await test.kv.idle();
  }
  assert.equal(waits.filter((ms) => ms === 55_000).length, 1);
  run.done();
  await sweep;
  assert.equal((await test.read(long)).status, "completed");
});

Deno.test("stop takes no more, and gives what runs back after its grace, the attempt unused", () =>
  withDatabase(async (kv) => {
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
  }));

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

Deno.test("stop does not wait for steps that do not heed their signal", () =>
  withDatabase(async (kv) => {
    const gates = createGates({ onAbort: "ignore" });
    const first = await startTestExecutor({ kv, gates });
    const app = await first.add();
    const taskId = await first.start(app.id);
    await gates.next();
    await stop(first.executor, first.clock);
    assert.equal((await first.read(taskId)).steps[0]?.status, "queued");
  }));

Deno.test("stop gives back a task whose claim was under way", () =>
  withDatabase(async (kv) => {
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
    const stopping = stop(first.executor, clock);
    release();
    await stopping;
    await sweeping;
    await first.kv.idle();
    assert.deepEqual((await dueItems(kv)).map(({ taskId, value }) => [taskId, value]), [
      [next, { status: "ready", crashes: 0 }],
    ]);
  }));

Deno.test("a task that cannot be taken harms no other, and the listener stays well", () =>
  withDatabase(async (kv) => {
    const clock = new FakeClock();
    await using accepting = await startTestExecutor({ kv, clock, concurrency: 0 });
    const app = await accepting.add();
    const broken = await accepting.start(app.id);
    const good = await accepting.start(app.id);
    await kv.set(["task", broken], { id: broken, state: "nonsense" });
    await using test = await startTestExecutor({ kv, clock });
    (await test.gates.next()).done();
    assert.equal((await test.ended(good)).status, "completed");
    await test.kv.idle();
    assert.ok(test.unexpected.length > 0, "it is told of");
    clock.advance(1_000);
    await test.kv.idle();
    assert.equal(await test.executor.isWell(), true);
  }));

Deno.test("the listener looks again after the database has failed it", async () => {
  const clock = new FakeClock();
  await using test = await startTestExecutor({ clock });
  await using accepting = await startTestExecutor({ kv: test.kv, clock, concurrency: 0 });
  const app = await accepting.add();
  const taskId = await accepting.start(app.id);
  test.kv.hooks = { onCommit: () => Promise.reject(new Error("database is locked")) };
  void test.executor.sweep(0);
  await test.kv.idle();
  assert.equal(test.gates.runs.length, 0);
  test.kv.hooks = {};
  clock.advance(1_000);
  (await test.gates.next()).done();
  assert.equal((await test.ended(taskId)).status, "completed");
  assert.equal(await test.executor.isWell(), true);
});

Deno.test("a task accepted the moment another ends takes its place, without queueing", async () => {
  await using test = await startTestExecutor({ concurrency: 1 });
  const app = await test.add();
  const first = await test.start(app.id);
  const next = Promise.withResolvers<string>();
  const unwatch = test.executor.tasks.watchRows(({ id, status }) => {
    if (id === first && status === "completed") next.resolve(test.start(app.id));
  });
  (await test.gates.next()).done();
  const second = await next.promise;
  unwatch();
  assert.notEqual((await test.read(second)).startedAt, null);
  (await test.gates.next()).done();
  assert.equal((await test.ended(second)).status, "completed");
});

Deno.test("an executor with as many places as there may be takes what is due", () =>
  withDatabase(async (kv) => {
    await using accepting = await startTestExecutor({ kv, concurrency: 0 });
    const app = await accepting.add();
    const taskId = await accepting.start(app.id);
    await using running = await startTestExecutor({
      kv,
      clock: accepting.clock,
      concurrency: 1_000,
    });
    await running.kv.idle();
    assert.deepEqual(running.unexpected, []);
    (await running.gates.next()).done();
    assert.equal((await running.ended(taskId)).status, "completed");
  }));

Deno.test("tasks that run here and whose leases ran out, as in a sleep, hide what is due behind them only shortly", () =>
  withDatabase(async (kv) => {
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
  }));
