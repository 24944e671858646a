import assert from "node:assert/strict";
import { assertSound } from "../../helpers/database_check.ts";
import { inARow } from "../../helpers/definitions.ts";
import { startTestExecutor, startTwo } from "../../helpers/executor.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { dueItems, keysUnder } from "../../helpers/kv_probe.ts";
import { assertNothingLeft, runningIn } from "./slots.ts";

Deno.test("a task whose steps all wait gives its slot to another, and takes one when it goes on", async () => {
  using kv = await Deno.openKv(":memory:");
  await using test = await startTestExecutor({ kv });
  const app = await test.add({ concurrency: 1, steps: inARow("a", "b") });
  const [first, second] = await startTwo(test, app.id);
  (await test.gates.next("a")).wait(test.clock.now() + 5_000);
  const other = await test.gates.next("a");
  assert.equal(other.taskId, second);
  await test.kv.idle();
  test.clock.advance(5_000);
  await test.kv.idle();
  assert.deepEqual(runningIn(test), [second], "its time has come, but the slot is taken");
  other.done();
  (await test.gates.next("b")).done();
  (await test.gates.next("a")).done();
  const last = await test.gates.next("b");
  assert.equal(last.taskId, first);
  last.done();
  for (const id of [first, second]) assert.equal((await test.ended(id)).status, "completed");
  await test.kv.idle();
  await assertNothingLeft(kv);
});

Deno.test("a task that waits for a slot after it has begun fails at its timeout", async () => {
  using kv = await Deno.openKv(":memory:");
  await using test = await startTestExecutor({ kv });
  const app = await test.add({ concurrency: 1, steps: inARow("a", "b"), timeout: 60 });
  const [first, second] = await startTwo(test, app.id);
  (await test.gates.next("a")).wait(test.clock.now() + 5_000);
  const other = await test.gates.next("a");
  await test.kv.idle();
  test.clock.advance(5_000);
  await test.kv.idle();
  await assertSound(kv, { now: test.clock.now() });
  test.clock.advance(54_999);
  await test.kv.idle();
  assert.equal((await test.read(first)).status, "running");
  test.clock.advance(1);
  const { error } = await test.ended(first);
  assert.match(error?.message ?? "", /took longer than 60 s, which is its timeout/);
  assert.ok(!other.isOver || (await test.read(second)).status === "failed");
  await test.kv.idle();
  test.clock.advance(1_000);
  await test.ended(second);
  await test.kv.idle();
  await assertSound(kv, { now: test.clock.now(), isAtRest: true });
  assert.deepEqual(test.unexpected, []);
});

Deno.test("a slot that comes free at the deadline of who waits for it goes to the next", async () => {
  using kv = await Deno.openKv(":memory:");
  const clock = new FakeClock();
  await using holder = await startTestExecutor({ kv, clock });
  const app = await holder.add({ concurrency: 1, steps: inARow("a", "b"), timeout: 60 });
  const late = await holder.start(app.id);
  (await holder.gates.next("a")).wait(clock.now() + 5_000);
  await holder.kv.idle();
  clock.advance(2_000);
  await holder.start(app.id);
  const run = await holder.gates.next("a");
  const third = await holder.start(app.id);
  await holder.kv.idle();
  clock.advance(5_000);
  await holder.kv.idle();

  // Somebody takes the first to end it, and gets no further.
  await using other = await startTestExecutor({ kv, clock });
  const goOn = Promise.withResolvers<void>();
  other.kv.hooks = {
    async onCommit(seen, commit) {
      const ends = seen.mutations.some(({ key }) => key[0] === "task" && key[1] === late);
      if (ends) await other.kv.held(goOn.promise);
      return await commit();
    },
  };
  for (let second = 7; second < 60; second++) {
    // Who runs the second keeps its lease, and is too late for what is due then.
    if (second === 59) holder.kv.hooks = { onRead: () => holder.kv.held(goOn.promise) };
    clock.advance(1_000);
    await holder.kv.idle();
    await other.kv.idle();
  }
  holder.kv.hooks = {};
  run.done();
  (await holder.gates.next("b")).done();
  await holder.kv.idle();
  const ready = (await dueItems(kv)).filter(({ vestAt }) => vestAt === clock.now());
  assert.deepEqual(ready.map(({ taskId }) => taskId), [third]);
  goOn.resolve();
  assert.equal((await other.ended(late)).status, "failed");
  assert.deepEqual([...holder.unexpected, ...other.unexpected], []);
});

Deno.test("cancel of a task that waits for a slot after it has begun leaves nothing to close", async () => {
  using kv = await Deno.openKv(":memory:");
  await using test = await startTestExecutor({ kv });
  const app = await test.add({ concurrency: 1 });
  const [first, second] = await startTwo(test, app.id);
  (await test.gates.next()).wait(test.clock.now() + 5_000);
  const other = await test.gates.next();
  await test.kv.idle();
  test.clock.advance(5_000);
  await test.kv.idle();
  assert.equal(await test.executor.tasks.cancel(first), "cancelled");
  await test.kv.idle();
  await assertSound(kv, { now: test.clock.now() });
  assert.equal((await test.read(first)).closedAt, undefined, "nothing of it ran");
  other.done();
  assert.equal((await test.ended(second)).status, "completed");
  await test.kv.idle();
  await assertNothingLeft(kv);
});

Deno.test("cancel of a task that waits for a slot ends it, of one that holds it makes room", async () => {
  using kv = await Deno.openKv(":memory:");
  await using test = await startTestExecutor({ kv });
  const app = await test.add({ concurrency: 1 });
  const [first, second] = await startTwo(test, app.id);
  await test.kv.idle();
  const third = await test.start(app.id);
  await test.gates.next();
  await test.kv.idle();
  assert.equal(await test.executor.tasks.cancel(second), "cancelled");
  assert.equal((await keysUnder(kv, "slot_waiting")).length, 1);
  assert.equal(await test.executor.tasks.cancel(first), "cancelled");
  const run = await test.gates.next();
  assert.equal(run.taskId, third);
  run.done();
  await test.ended(third);
  await test.kv.idle();
  await assertNothingLeft(kv);
});

Deno.test("tasks that wait for a slot are queued: they count against what may be", async () => {
  await using test = await startTestExecutor({ maxQueued: 2 });
  const app = await test.add({ concurrency: 1 });
  for (let i = 0; i < 3; i++) {
    await test.start(app.id);
    await test.kv.idle();
  }
  const raw = { source: "json", fields: {} } as const;
  const tryStart = () => test.executor.tasks.start(app.id, raw, { kind: "api" });
  assert.equal((await tryStart()).type, "queue-full");
  test.clock.advance(1_000);
  assert.equal((await tryStart()).type, "queue-full", "also when counted anew");
  (await test.gates.next()).done();
  await test.gates.next();
  await test.kv.idle();
  assert.equal((await tryStart()).type, "started");
});
