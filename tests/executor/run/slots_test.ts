import assert from "node:assert/strict";
import { startTestExecutor, startTwo, stop } from "../../helpers/executor.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { dueItems, keysUnder } from "../../helpers/kv_probe.ts";
import { assertNothingLeft, runningIn } from "./slots.ts";

const LEASE_MS = 10_000;

Deno.test("of an app with a concurrency that many tasks run at once, in the order they were started", async () => {
  using kv = await Deno.openKv(":memory:");
  await using test = await startTestExecutor({ kv });
  const app = await test.add({ concurrency: 2 });
  const ids: string[] = [];
  for (let i = 0; i < 6; i++) {
    ids.push(await test.start(app.id));
    await test.kv.idle();
  }
  for (let i = 0; i < 6; i++) {
    assert.deepEqual(runningIn(test), ids.slice(i, i + 2));
    (await test.gates.next()).done();
    await test.kv.idle();
  }
  for (const id of ids) assert.equal((await test.ended(id)).status, "completed");
  assert.deepEqual(test.unexpected, []);
  await assertNothingLeft(kv);
});

Deno.test("tasks that wait for a slot hold up no other app, and no place", async () => {
  using kv = await Deno.openKv(":memory:");
  await using test = await startTestExecutor({ kv, concurrency: 2 });
  const narrow = await test.add({ concurrency: 1 });
  const ids: string[] = await startTwo(test, narrow.id);
  for (let i = 2; i < 20; i++) ids.push(await test.start(narrow.id));
  const wide = await test.add();
  const other = await test.start(wide.id);
  await test.kv.idle();
  assert.deepEqual(runningIn(test).toSorted(), [ids[0], other].toSorted());
  assert.deepEqual((await dueItems(kv)).length, 2, "the others stand in no queue");
  const commits = test.kv.commits.length;
  await test.executor.sweep(0);
  await test.kv.idle();
  assert.equal(test.kv.commits.length, commits, "nothing is done about them meanwhile");
  for (let i = 0; i < 21; i++) (await test.gates.next()).done();
  for (const id of ids) assert.equal((await test.ended(id)).status, "completed");
  await assertNothingLeft(kv);
});

Deno.test("a page says why its task stands still, until it has a slot", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ concurrency: 1 });
  const [, second] = await startTwo(test, app.id);
  await test.kv.idle();
  const read = async () => (await test.executor.tasks.read(second))?.waitsForSlotOf;
  assert.equal(await read(), 1);
  let changes = 0;
  test.executor.tasks.watch(second, () => changes++);
  (await test.gates.next()).done();
  (await test.gates.next()).done();
  await test.ended(second);
  assert.ok(changes > 0);
  assert.equal(await read(), null);
});

Deno.test("a slot outlives the process of its task, which goes on with it", async () => {
  using kv = await Deno.openKv(":memory:");
  await using dead = await startTestExecutor({ kv });
  const app = await dead.add({ concurrency: 1 });
  const [first, second] = await startTwo(dead, app.id);
  await dead.gates.next();
  await dead.kv.idle();
  dead.kv.hooks = { onCommit: () => Promise.reject(new Error("the process is dead")) };

  const clock = new FakeClock(dead.clock.now());
  await using alive = await startTestExecutor({ kv, clock });
  await alive.kv.idle();
  assert.deepEqual(runningIn(alive), []);
  clock.advance(LEASE_MS);
  const again = await alive.gates.next();
  assert.equal(again.taskId, first);
  await alive.kv.idle();
  assert.deepEqual(runningIn(alive), [first]);
  again.done();
  (await alive.gates.next()).done();
  assert.equal((await alive.ended(second)).status, "completed");
  await alive.kv.idle();
  await assertNothingLeft(kv);
});

Deno.test("a slot that nobody handed out is handed out by the sweep, and by the next start", async () => {
  using kv = await Deno.openKv(":memory:");
  for (const how of ["sweep", "start"] as const) {
    await using test = await startTestExecutor({ kv });
    const app = await test.add({ concurrency: 1 });
    const ids = await startTwo(test, app.id);
    const run = await test.gates.next();
    await test.kv.idle();
    // The process dies between giving the slot back and handing it out.
    test.kv.hooks = {
      onCommit: (seen, commit) =>
        seen.mutations.some(({ key, type }) => key[0] === "slot_waiting" && type === "delete")
          ? Promise.reject(new Error("the process is dead"))
          : commit(),
    };
    run.done();
    await test.ended(ids[0] ?? "");
    await test.kv.idle();
    assert.equal((await keysUnder(kv, "slot_waiting")).length, 1);
    test.kv.hooks = {};
    const { clock } = test;
    await using other = how === "start" ? await startTestExecutor({ kv, clock }) : test;
    if (how === "sweep") void other.executor.sweep(0);
    (await other.gates.next()).done();
    assert.equal((await other.ended(ids[1] ?? "")).status, "completed");
    await other.kv.idle();
    await assertNothingLeft(kv);
  }
});

Deno.test("stop hands a task over with its slot, so that it is the first to go on", async () => {
  using kv = await Deno.openKv(":memory:");
  const clock = new FakeClock();
  await using first = await startTestExecutor({ kv, clock });
  const app = await first.add({ concurrency: 1 });
  const ids = await startTwo(first, app.id);
  await first.gates.next();
  await first.kv.idle();
  await stop(first);
  await using second = await startTestExecutor({ kv, clock });
  for (const id of ids) {
    const run = await second.gates.next();
    assert.equal(run.taskId, id);
    assert.equal(run.attempt, 1);
    run.done();
  }
  await second.ended(ids[1] ?? "");
  await second.kv.idle();
  await assertNothingLeft(kv);
});

Deno.test("slots and waiting rows that make no sense hold nobody up for long", async () => {
  using kv = await Deno.openKv(":memory:");
  await using test = await startTestExecutor({ kv });
  const app = await test.add({ concurrency: 2 });
  await kv.set(["slot", app.id, 0], { taskId: "tsk_gone" });
  await kv.set(["slot", app.id, 1], "nonsense");
  const ids = await startTwo(test, app.id);
  await test.kv.idle();
  assert.deepEqual(runningIn(test), []);
  await kv.set(["slot_waiting", app.id, "tsk_0"], { limit: 2, crashes: 0, errors: 0 });
  await kv.set(["slot_waiting", app.id, ids[0] ?? ""], "nonsense");
  void test.executor.sweep(0);
  for (const _ of ids) (await test.gates.next()).done();
  for (const id of ids) assert.equal((await test.ended(id)).status, "completed");
  await test.kv.idle();
  await assertNothingLeft(kv);
  assert.deepEqual(test.unexpected, []);
});

Deno.test("a slot that comes free while a task is about to wait for it is not missed", async () => {
  using kv = await Deno.openKv(":memory:");
  const clock = new FakeClock();
  await using holder = await startTestExecutor({ kv, clock });
  const app = await holder.add({ concurrency: 1 });
  const first = await holder.start(app.id);
  const run = await holder.gates.next();

  const waiting = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  await using other = await startTestExecutor({ kv, clock });
  other.kv.hooks = {
    async onCommit(seen, commit) {
      if (seen.mutations.some(({ key }) => key[0] === "slot_waiting")) {
        waiting.resolve();
        await goOn.promise;
      }
      return await commit();
    },
  };
  const second = await other.start(app.id);
  await waiting.promise;
  run.done();
  await holder.ended(first);
  await holder.kv.idle();
  goOn.resolve();
  const next = await other.gates.next();
  assert.equal(next.taskId, second);
  next.done();
  assert.equal((await other.ended(second)).status, "completed");
});

Deno.test("handing out a slot reads few of those that wait for it", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ concurrency: 1 });
  for (let i = 0; i < 251; i++) await test.start(app.id);
  await test.kv.idle();
  const list = test.kv.list.bind(test.kv);
  let rows = 0;
  test.kv.list = async function* (selector, options) {
    for await (const row of list(selector, options)) {
      if (row.key[0] === "slot_waiting") rows++;
      yield row;
    }
  };
  (await test.gates.next()).done();
  await test.gates.next();
  await test.kv.idle();
  assert.ok(rows > 0 && rows <= 101, `${rows} were read`);
});
