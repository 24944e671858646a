import assert from "node:assert/strict";
import { inARow, outputOf } from "../../helpers/definitions.ts";
import { startTestExecutor, stop } from "../../helpers/executor.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { dueItems } from "../../helpers/kv_probe.ts";

function waitStep(seconds: number) {
  return { id: "pause", kind: "wait", config: { seconds } };
}

Deno.test("a task that waits holds no lease and no place", async () => {
  const kv = await Deno.openKv(":memory:");
  {
    await using test = await startTestExecutor({ kv, concurrency: 1 });
    const app = await test.add({ steps: [waitStep(60), { id: "b", needs: ["pause"] }] });
    const waiting = await test.start(app.id);
    const task = await test.when(waiting, ({ steps }) => steps[0]?.resumeAt !== undefined);
    await test.kv.idle();
    assert.equal(task.steps[0]?.status, "running");
    const until = test.clock.now() + 60_000;
    assert.equal(task.steps[0]?.resumeAt, new Date(until).toISOString());
    assert.deepEqual(await dueItems(kv), [
      { vestAt: until, taskId: waiting, value: { status: "ready", crashes: 0 } },
    ]);

    const other = await test.add();
    const running = await test.start(other.id);
    (await test.gates.next("only")).done();
    await test.ended(running);
    await test.kv.idle();

    const commits = test.kv.commits.length;
    test.clock.advance(59_999);
    await test.kv.idle();
    assert.equal(test.kv.commits.length, commits, "nothing is done for it");
    assert.equal((await test.read(waiting)).steps[0]?.status, "running");

    test.clock.advance(1);
    (await test.gates.next("b")).done();
    const ended = await test.ended(waiting);
    assert.equal(ended.status, "completed");
    assert.equal(ended.steps[0]?.attempt, 1);
    assert.equal(ended.steps[0]?.output, new Date(until).toISOString());
    assert.equal(ended.steps[0]?.durationMs, 60_000);
  }
  kv.close();
});

Deno.test("a wait goes on where its process stops and another begins, at its time", async () => {
  const kv = await Deno.openKv(":memory:");
  {
    await using first = await startTestExecutor({ kv });
    const app = await first.add({ steps: [waitStep(60)] });
    const taskId = await first.start(app.id);
    await first.when(taskId, ({ steps }) => steps[0]?.resumeAt !== undefined);
    await first.kv.idle();
    await stop(first);

    const clock = new FakeClock(first.clock.now() + 30_000);
    await using second = await startTestExecutor({ kv, clock });
    clock.advance(29_999);
    await second.kv.idle();
    assert.equal((await second.read(taskId)).status, "running");
    clock.advance(1);
    const task = await second.ended(taskId);
    assert.equal(task.steps[0]?.attempt, 1);
    assert.equal(task.durationMs, 60_000);
  }
  kv.close();
});

Deno.test("a wait that fell due while no process ran goes on with the next one, once", async () => {
  const kv = await Deno.openKv(":memory:");
  {
    await using dead = await startTestExecutor({ kv });
    const app = await dead.add({ steps: [waitStep(60), { id: "b", needs: ["pause"] }] });
    const taskId = await dead.start(app.id);
    await dead.when(taskId, ({ steps }) => steps[0]?.resumeAt !== undefined);
    await dead.kv.idle();
    const clock = new FakeClock(dead.clock.now() + 3_600_000);
    await using second = await startTestExecutor({ kv, clock });
    (await second.gates.next("b")).done();
    const task = await second.ended(taskId);
    assert.equal(task.status, "completed");
    await second.kv.idle();
    assert.equal(second.gates.runs.length, 1);
  }
  kv.close();
});

Deno.test("a step waits beside one that runs, and both go on in their time", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ steps: [waitStep(60), { id: "b" }] });
  const taskId = await test.start(app.id);
  const run = await test.gates.next("b");
  test.clock.advance(60_000);
  const task = await test.when(taskId, ({ steps }) => steps[0]?.status === "completed");
  assert.equal(task.steps[1]?.status, "running");
  run.done();
  assert.equal((await test.ended(taskId)).status, "completed");
});

Deno.test("a task parks when what ran beside its wait has ended", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ steps: [waitStep(60), { id: "b" }] });
  const taskId = await test.start(app.id);
  const run = await test.gates.next("b");
  const until = test.clock.now() + 60_000;
  test.clock.advance(20_000);
  run.done();
  await test.when(taskId, ({ steps }) => steps[1]?.status === "completed");
  await test.kv.idle();
  assert.deepEqual(await dueItems(test.kv), [
    { vestAt: until, taskId, value: { status: "ready", crashes: 0 } },
  ]);
  test.clock.advance(40_000);
  assert.equal((await test.ended(taskId)).status, "completed");
});

Deno.test("of several waits the earliest wakes the task, the others go on waiting", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({
    steps: [30, 10, 20].map((seconds, i) => ({ ...waitStep(seconds), id: `w${i}` })),
    outputs: [outputOf("w0")],
  });
  const start = test.clock.now();
  const taskId = await test.start(app.id);
  await test.when(taskId, ({ steps }) => steps.every(({ resumeAt }) => resumeAt !== undefined));
  for (const completed of [1, 2, 3]) {
    await test.kv.idle();
    test.clock.advance(10_000);
    await test.when(taskId, ({ progress }) => progress.completed === completed);
  }
  const task = await test.ended(taskId);
  assert.deepEqual(task.steps.map(({ finishedAt }) => Date.parse(finishedAt ?? "") - start), [
    30_000,
    10_000,
    20_000,
  ]);
  assert.deepEqual(test.unexpected, []);
});

Deno.test("a wait after a step that died waits from when it begins again", async () => {
  const kv = await Deno.openKv(":memory:");
  {
    await using dead = await startTestExecutor({ kv });
    const app = await dead.add({
      steps: [{ id: "a" }, { ...waitStep(60), needs: ["a"] }, ...inARow("b")],
    });
    const taskId = await dead.start(app.id);
    await dead.gates.next("a");
    const clock = new FakeClock(dead.clock.now() + 10_000);
    await using alive = await startTestExecutor({ kv, clock });
    (await alive.gates.next("a")).done();
    (await alive.gates.next("b")).done();
    await alive.when(taskId, ({ steps }) => steps[1]?.resumeAt !== undefined);
    await alive.kv.idle();
    clock.advance(60_000);
    const task = await alive.ended(taskId);
    assert.equal(task.status, "completed");
    assert.deepEqual(task.steps.map(({ attempt }) => attempt), [2, 1, 2]);
  }
  kv.close();
});

Deno.test("a step whose time comes is woken also while another runs on after its own wait", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ steps: [{ id: "a" }, { id: "b" }, { id: "busy" }] });
  const start = test.clock.now();
  await test.start(app.id);
  await test.gates.next("busy");
  (await test.gates.next("a")).wait(start + 1_000);
  (await test.gates.next("b")).wait(start + 2_000);
  await test.kv.idle();
  test.clock.advance(1_000);
  await test.gates.next("a");
  await test.kv.idle();
  test.clock.advance(1_000);
  await test.kv.idle();
  const resumed = test.gates.runs.filter(({ resumedAt }) => resumedAt !== null);
  assert.deepEqual(resumed.map(({ stepId }) => stepId), ["a", "b"]);
});

Deno.test("what an attempt used before it waited is counted, and leaves less to use", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ budget: 100 });
  const taskId = await test.start(app.id);
  const before = await test.gates.next();
  before.tellUsage({ inputTokens: 30, outputTokens: 4 });
  before.wait(test.clock.now() + 60_000);
  await test.when(taskId, ({ steps }) => steps[0]?.resumeAt !== undefined);
  await test.kv.idle();
  test.clock.advance(60_000);
  const after = await test.gates.next();
  assert.equal(after.tokensLeft, 66);
  after.done("done", { inputTokens: 1, outputTokens: 2 });
  const { usage } = await test.ended(taskId);
  assert.deepEqual(usage, { inputTokens: 31, outputTokens: 6 });
});
