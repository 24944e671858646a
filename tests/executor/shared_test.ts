import assert from "node:assert/strict";
import { inARow, outputOf } from "../helpers/definitions.ts";
import { startTestExecutor } from "../helpers/executor.ts";
import { dueItems, type ProbeHooks, turn } from "../helpers/kv_probe.ts";
import { type DrivenStream, driveWatch, openSharedKv } from "../helpers/shared_kv.ts";

const LEASE_MS = 10_000;

/** A watch on which nothing ever comes. */
const deaf = () => new ReadableStream<never>();

Deno.test("a task that one process accepts and another runs is taken at once, with no timer", async () => {
  await using shared = await openSharedKv();
  const accepting = await shared.join({ concurrency: 0 });
  const running = await shared.join();
  const app = await accepting.add();
  await shared.heard();
  const taskId = await accepting.start(app.id);
  const run = await running.gates.next();
  assert.equal(run.taskId, taskId);
  run.done();
  assert.equal((await running.ended(taskId)).status, "completed");
});

Deno.test("with every ring lost, another process finds a task within five seconds", async () => {
  await using shared = await openSharedKv();
  const accepting = await shared.join({ concurrency: 0 });
  const running = await shared.join({ watch: deaf });
  await running.kv.idle();
  const app = await accepting.add();
  await accepting.start(app.id);
  await running.kv.idle();
  assert.equal(running.gates.runs.length, 0);
  shared.clock.advance(5_000);
  (await running.gates.next()).done();
});

Deno.test("the lease of a process that died is found by one that was idle all the time", async () => {
  await using shared = await openSharedKv();
  const dead = await startTestExecutor({ ...shared, clock: undefined });
  const alive = await shared.join();
  const app = await dead.add();
  await dead.start(app.id);
  await dead.gates.next();
  for (let seconds = 0; seconds < 15; seconds++) {
    shared.clock.advance(1_000);
    await alive.kv.idle();
  }
  assert.equal(alive.gates.runs.length, 1, "lease and look together take fifteen seconds at most");
  alive.gates.runs[0]?.done();
  await dead[Symbol.asyncDispose]();
});

Deno.test("cancelling in one process aborts the step that runs in another, with no timer", async () => {
  await using shared = await openSharedKv();
  const [here, there] = [await shared.join({ concurrency: 0 }), await shared.join()];
  const app = await here.add({ steps: [{ id: "a" }, { id: "b" }] });
  const [mine, other] = [await here.start(app.id), await here.start(app.id)];
  shared.clock.advance(20); // the second may have rung too soon after the first, and been told late
  const runs = await Promise.all([1, 2, 3, 4].map(() => there.gates.next()));
  await shared.heard();
  assert.equal(await here.executor.tasks.cancel(mine), "cancelled");
  for (const { taskId, signal } of runs) {
    if (taskId !== mine || signal.aborted) continue;
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
  }
  for (const { taskId, signal } of runs) assert.equal(signal.aborted, taskId === mine);
  for (const run of runs) run.done();
  assert.equal((await there.ended(other)).status, "completed");
});

for (const how of ["cancelled", "deleted"] as const) {
  Deno.test(`with every ring lost, a step of a task ${how} elsewhere is aborted with the next heartbeat`, async () => {
    await using shared = await openSharedKv();
    const here = await shared.join({ concurrency: 0 });
    const there = await shared.join({ watch: deaf });
    const app = await here.add();
    const taskId = await here.start(app.id);
    shared.clock.advance(5_000);
    const run = await there.gates.next();
    // With the second one: the first moves the item from where the record says it is.
    shared.clock.advance(3_000);
    await there.kv.idle();
    await here.executor.tasks.cancel(taskId);
    if (how === "deleted") await here.executor.tasks.delete(taskId);
    await there.kv.idle();
    assert.ok(!run.signal.aborted);
    shared.clock.advance(3_000);
    await there.kv.idle();
    assert.ok(run.signal.aborted);
  });
}

Deno.test("a step is aborted when the database has been silent for its lease, and begins anew", async () => {
  await using shared = await openSharedKv();
  const test = await shared.join();
  const app = await test.add();
  const taskId = await test.start(app.id);
  const run = await test.gates.next();
  const silence = Promise.withResolvers<void>();
  test.kv.hooks = {
    async onCommit(_seen, commit) {
      await silence.promise;
      return await commit();
    },
  };
  shared.clock.advance(LEASE_MS - 1);
  await turn();
  assert.ok(!run.signal.aborted);
  shared.clock.advance(1);
  await turn();
  assert.ok(run.signal.aborted, "another process may have it now");
  test.kv.hooks = {};
  silence.resolve();
  const again = await test.gates.next();
  assert.equal(again.attempt, 1, "it was given back, the attempt unused");
  again.done();
  assert.equal((await test.ended(taskId)).status, "completed");
});

Deno.test("a reader hears of each change and reads all text of a task that another process runs", async () => {
  await using shared = await openSharedKv();
  const [here, there] = [await shared.join({ concurrency: 0 }), await shared.join()];
  const app = await here.add({ steps: inARow("a", "b") });
  const taskId = await here.start(app.id);
  const run = await there.gates.next("a");
  let changed = Promise.withResolvers<void>();
  const unwatch = here.executor.tasks.watch(taskId, () => changed.resolve());
  await shared.heard();
  let text = "";
  for (const piece of ["one ", "two ", "three ", "🎈".repeat(3_000)]) {
    changed = Promise.withResolvers();
    run.write(piece);
    text += piece;
    shared.clock.advance(200);
    await changed.promise;
    const written = (await here.executor.tasks.read(taskId))?.steps[0]?.written;
    assert.deepEqual(written, { attempt: 1, text, length: text.length });
  }
  unwatch();
  run.done();
  await here.when(taskId, ({ steps }) => steps[0]?.status === "completed");
  (await there.gates.next("b")).done();
  assert.equal((await here.ended(taskId)).status, "completed");
  assert.deepEqual(here.unexpected, []);
});

Deno.test("readers of the history hear that other processes have changed rows", async () => {
  await using shared = await openSharedKv();
  const [here, there] = [await shared.join(), await shared.join()];
  const app = await there.add();
  let told = Promise.withResolvers<void>();
  const unwatch = here.executor.tasks.watchRows(() => {}, () => told.resolve());
  await told.promise; // It may have changed before.
  told = Promise.withResolvers();
  shared.clock.advance(500);
  await there.start(app.id);
  await told.promise;
  unwatch();
  there.gates.runs[0]?.done();
});

Deno.test("the bell of the history is watched while somebody reads it, once for all", async () => {
  const { watch, opened } = driveWatch();
  await using test = await startTestExecutor({ watch });
  const { tasks } = test.executor;
  const isBell = ({ keys }: DrivenStream) => JSON.stringify(keys).includes('"rows"');
  const open = () => opened.filter((stream) => isBell(stream) && !stream.isCancelled).length;
  await test.kv.idle();
  const before = open();
  const leave = [tasks.watchRows(() => {}), tasks.watchRows(() => {})];
  await test.kv.idle();
  assert.equal(open(), before + 1);
  leave[0]?.();
  await test.kv.idle();
  assert.equal(open(), before + 1);
  leave[1]?.();
  await test.kv.idle();
  assert.equal(open(), before);
});

Deno.test("a database of one process is written nothing for others, and keeps to its pace", async () => {
  await using test = await startTestExecutor();
  const app = await test.add();
  const taskId = await test.start(app.id);
  const run = await test.gates.next();
  run.write("text");
  test.clock.advance(200);
  await test.kv.idle();
  const places = () =>
    test.kv.commits.flatMap(({ mutations }) => mutations.map(({ key }) => key[0]));
  assert.ok(!places().includes("text"));
  await test.executor.tasks.cancel(taskId);
  await test.kv.idle();
  for (const place of ["bell", "tail", "signature"]) assert.ok(!places().includes(place), place);
});

Deno.test("a commit that was applied and is refused, being sent again, counts as made", async () => {
  await using shared = await openSharedKv();
  const test = await shared.join();
  const app = await test.add({ steps: inARow("a", "b"), outputs: [outputOf("b")] });
  test.kv.hooks = sentTwice;
  const saved = await test.add({ name: "Saved" });
  assert.equal(saved.version, 2);
  const taskId = await test.start(app.id);
  (await test.gates.next("a")).done();
  const b = await test.gates.next("b");
  for (let seconds = 0; seconds < 15; seconds++) {
    test.clock.advance(1_000);
    await test.kv.idle();
  }
  assert.ok(!b.signal.aborted, "its heartbeats were made");
  b.done("right");
  const task = await test.ended(taskId);
  assert.equal(task.outputs[0]?.value, "right");
  const { rows } = await test.executor.tasks.list({ limit: 10 });
  assert.deepEqual(rows.map(({ id }) => id), [taskId], "it was accepted once");
  await test.kv.idle();
  assert.deepEqual(await dueItems(shared.kv), []);
  assert.equal(test.gates.runs.length, 2);
});

Deno.test("a commit has no more checks than a KV Connect service takes", async () => {
  await using shared = await openSharedKv();
  const test = await shared.join();
  const app = await test.add({ steps: [{ id: "a", kind: "template", config: { text: "x" } }] });
  const ids = await Promise.all(Array.from({ length: 40 }, () => test.start(app.id)));
  for (const id of ids) assert.equal((await test.ended(id)).status, "completed");
  const counts = test.kv.commits.map(({ checks }) => checks.length);
  assert.ok(Math.max(...counts) <= 10, `${Math.max(...counts)} checks`);
  assert.ok(counts.some((count) => count > 4), "tasks still share commits");
});

/** As by a client that lost the answer to the first. */
const sentTwice: ProbeHooks = {
  async onCommit(_seen, commit) {
    await commit();
    return await commit();
  },
};

Deno.test("processes that find the same backlog begin in different places", async () => {
  await using shared = await openSharedKv();
  const accepting = await shared.join({ concurrency: 0 });
  const app = await accepting.add();
  const ids: string[] = [];
  for (let i = 0; i < 8; i++) ids.push(await accepting.start(app.id));
  const first = await shared.join({ concurrency: 4, random: () => 0 });
  const taken = (test: typeof first) => test.gates.runs.map(({ taskId }) => taskId);
  await first.kv.idle();
  assert.deepEqual(taken(first).toSorted(), ids.slice(0, 4));
  const second = await shared.join({ concurrency: 2, random: () => 0.75 });
  await second.kv.idle();
  assert.deepEqual(taken(second).toSorted(), [ids[4], ids[7]].toSorted());
  for (const test of [first, second]) for (const run of test.gates.runs) run.done();
  await turn();
});
