import assert from "node:assert/strict";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { startTestExecutor, type TestExecutor } from "../../helpers/executor.ts";

const RAW = { source: "json", fields: {} } as const;

async function tryStart({ executor }: TestExecutor, appId: string): Promise<string> {
  return (await executor.tasks.start(appId, RAW, { kind: "api" })).type;
}

/** How often the queue was asked for so many rows. */
function countReads({ kv }: TestExecutor, limit: number) {
  const list = kv.list.bind(kv);
  let count = 0;
  kv.list = (selector, options) => {
    const isQueue = "prefix" in selector && selector.prefix[0] === "due";
    if (isQueue && options?.limit === limit) count++;
    return list(selector, options);
  };
  return () => count;
}

Deno.test("start refuses a task while as many are queued as may be, and takes it when there is room", async () => {
  await using test = await startTestExecutor({ concurrency: 1, maxQueued: 3 });
  const app = await test.add();
  const results = [];
  for (let i = 0; i < 6; i++) results.push(await tryStart(test, app.id));
  assert.deepEqual(results, [
    ...["started", "started", "started", "started"],
    ...["queue-full", "queue-full"],
  ]);
  (await test.gates.next()).done();
  await test.gates.next();
  await test.kv.idle();
  assert.equal(await tryStart(test, app.id), "started");
  assert.equal(await tryStart(test, app.id), "queue-full");
});

Deno.test("a task that finds a place is accepted without counting, whatever is queued", async () => {
  await using test = await startTestExecutor({ maxQueued: 7 });
  const reads = countReads(test, 7);
  const app = await test.add();
  for (let i = 0; i < 10; i++) assert.equal(await tryStart(test, app.id), "started");
  assert.equal(reads(), 0);
});

Deno.test("the queue is counted once a second at most, however many tasks are accepted", async () => {
  await using test = await startTestExecutor({ concurrency: 0, maxQueued: 1_000 });
  const reads = countReads(test, 1_000);
  const app = await test.add();
  for (let second = 1; second <= 3; second++) {
    await Promise.all(Array.from({ length: 50 }, () => tryStart(test, app.id)));
    await test.kv.idle();
    assert.equal(reads(), second);
    test.clock.advance(1_000);
  }
});

Deno.test("tasks that others have queued count as well; those that run or wait do not", async () => {
  await using running = await startTestExecutor({ concurrency: 2 });
  const { clock, kv } = running;
  const app = await running.add();
  const waiting = await running.start(app.id);
  (await running.gates.next()).wait(clock.now() + 60_000);
  await running.when(waiting, ({ steps }) => steps[0]?.resumeAt !== undefined);
  for (let i = 0; i < 2; i++) await running.start(app.id);
  await running.kv.idle();
  await using test = await startTestExecutor({ kv, clock, concurrency: 0, maxQueued: 1 });
  assert.equal(await tryStart(test, app.id), "started");
  await using other = await startTestExecutor({ kv, clock, concurrency: 0, maxQueued: 1 });
  assert.equal(await tryStart(other, app.id), "queue-full");
  (await running.gates.next()).done();
  await running.kv.idle();
  await running.executor.sweep(0); // The free place is for the one that is queued.
  await running.kv.idle();
  assert.equal(await tryStart(other, app.id), "queue-full", "the count may be a second old");
  clock.advance(1_000);
  assert.equal(await tryStart(other, app.id), "started");
});

Deno.test("a count that fails refuses nobody", async () => {
  await using test = await startTestExecutor({ concurrency: 0, maxQueued: 7 });
  const app = await test.add();
  const list = test.kv.list.bind(test.kv);
  test.kv.list = (selector, options) => {
    if (options?.limit === 7) throw new Error("the database is gone");
    return list(selector, options);
  };
  assert.equal(await tryStart(test, app.id), "started");
  assert.match(String(test.unexpected), /the database is gone/);
});

Deno.test("the queue is counted anew when the clock was set back", async () => {
  const kv = await Deno.openKv(":memory:");
  const clock = new FakeClock();
  {
    await using test = await startTestExecutor({ kv, clock, concurrency: 0, maxQueued: 1 });
    const app = await test.add();
    const taskId = await test.start(app.id);
    assert.equal(await tryStart(test, app.id), "queue-full");
    clock.jump(-3_600_000);
    await test.executor.tasks.cancel(taskId);
    assert.equal(await tryStart(test, app.id), "started");
  }
  kv.close();
});
