import assert from "node:assert/strict";
import { MAX_CRASHES } from "../../../executor/run/context.ts";
import { SUSPECT_PAUSE_MS } from "../../../executor/run/suspects.ts";
import { startTestExecutor } from "../../helpers/executor.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { dueItems } from "../../helpers/kv_probe.ts";

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

Deno.test("an executor with no places only accepts tasks, and another runs them", async () => {
  using kv = await Deno.openKv(":memory:");
  await using accepting = await startTestExecutor({ kv, concurrency: 0 });
  const app = await accepting.add();
  const taskId = await accepting.start(app.id);
  await accepting.kv.idle();
  assert.equal(accepting.gates.runs.length, 0);

  await using running = await startTestExecutor({ kv, clock: accepting.clock });
  (await running.gates.next()).done();
  assert.equal((await running.ended(taskId)).status, "completed");
});

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

Deno.test("sweep does not end while a task is held up that may not run beside another", async () => {
  const clock = new FakeClock();
  using kv = await Deno.openKv(":memory:");
  await using accepting = await startTestExecutor({ kv, clock, concurrency: 0 });
  const app = await accepting.add();
  const ids = [await accepting.start(app.id), await accepting.start(app.id)];
  for (const { vestAt, taskId } of await dueItems(kv)) {
    const crashed = { status: "ready", crashes: MAX_CRASHES - 1 };
    await kv.set(["due", Number(vestAt), String(taskId)], crashed);
  }
  await using test = await startTestExecutor({ kv, clock });
  let isOver = false;
  const sweep = test.executor.sweep(55_000).then(() => isOver = true);
  for (const id of ids) {
    const run = await test.gates.next();
    assert.equal(run.taskId, id);
    await test.kv.idle();
    assert.ok(!isOver, `"${id}" is left`);
    run.done();
    await test.ended(id);
    await test.kv.idle();
    clock.advance(SUSPECT_PAUSE_MS);
  }
  await sweep;
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

Deno.test("a task that cannot be taken harms no other, and the listener stays well", async () => {
  using kv = await Deno.openKv(":memory:");
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
});

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

Deno.test("an executor with as many places as there may be takes what is due", async () => {
  using kv = await Deno.openKv(":memory:");
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
});

Deno.test("the listener takes a task that was left for a place kept for one not accepted then", async () => {
  await using test = await startTestExecutor({ concurrency: 1 });
  await using accepting = await startTestExecutor({
    kv: test.kv,
    clock: test.clock,
    concurrency: 0,
  });
  const app = await test.add();
  const accepted = Promise.withResolvers<void>();
  const refused = Promise.withResolvers<void>();
  test.kv.hooks = {
    async onCommit() {
      test.kv.hooks = {};
      accepted.resolve();
      await test.kv.held(refused.promise);
      throw new Error("database is locked");
    },
  };
  const failing = test.start(app.id);
  await accepted.promise;
  const taskId = await accepting.start(app.id);
  const sweep = test.executor.sweep(0);
  await test.kv.idle();
  assert.equal(test.gates.runs.length, 0, "the place is kept");
  refused.resolve();
  await assert.rejects(failing, /database is locked/);
  (await test.gates.next(taskId)).done();
  assert.equal((await test.ended(taskId)).status, "completed");
  await sweep;
});
