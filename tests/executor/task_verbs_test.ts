import assert from "node:assert/strict";
import { isTaskId, type RawInputs, type TaskRow } from "../../executor/mod.ts";
import { inARow, outputOf, TEXT_INPUT } from "../helpers/definitions.ts";
import { faultAt } from "../helpers/fault_kv.ts";
import { startTestExecutor } from "../helpers/executor.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { createGates } from "../helpers/gates.ts";
import { dueItems, keysUnder, transitionsOf } from "../helpers/kv_probe.ts";

const PERSON = { kind: "person" } as const;
const UNKNOWN_TASK = "tsk_01kdyak348vpjzxb42jtsw4ck7";
const UNKNOWN_APP = "app_01kdyak348vpjzxb42jtsw4ck7";

function json(fields: Readonly<Record<string, unknown>>): RawInputs {
  return { source: "json", fields };
}

Deno.test("start accepts a task that is durable and in the history at once", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ inputs: [TEXT_INPUT], outputs: [outputOf("only")] });
  const result = await test.executor.tasks.start(app.id, json({ text: "hello" }), PERSON);
  assert.ok(result.type === "started");
  assert.ok(isTaskId(result.taskId));
  const task = await test.read(result.taskId);
  const now = new Date(test.clock.now()).toISOString();
  assert.deepEqual(task, {
    id: result.taskId,
    status: "running",
    app: { id: app.id, name: "Test app", description: "", version: 2 },
    origin: { kind: "person" },
    inputs: { text: "hello" },
    createdAt: now,
    startedAt: now,
    finishedAt: null,
    durationMs: null,
    progress: { step: 1, total: 1, completed: 0 },
    steps: [{
      id: "only",
      name: "Step only",
      kind: "gate",
      status: "running",
      attempt: 1,
      startedAt: now,
      finishedAt: null,
      durationMs: null,
    }],
    outputs: [],
  });
  const { rows } = await test.executor.tasks.list({ limit: 10 });
  assert.deepEqual(rows.map(({ id, status }) => [id, status]), [[task.id, "running"]]);
  (await test.gates.next()).done();
});

Deno.test("start refuses an unknown app, wrong inputs and too much of them, and keeps nothing", async () => {
  await using test = await startTestExecutor();
  const { tasks } = test.executor;
  const app = await test.add({ inputs: [{ ...TEXT_INPUT, required: true }] });
  const before = test.kv.commits.length;
  assert.deepEqual(await tasks.start(UNKNOWN_APP, json({}), PERSON), { type: "unknown-app" });
  const invalid = await tasks.start(app.id, json({}), PERSON);
  assert.ok(invalid.type === "invalid");
  assert.deepEqual(Object.keys(invalid.errors), ["text"]);
  const large = await tasks.start(app.id, json({ text: "é".repeat(500_001) }), PERSON);
  assert.ok(large.type === "too-large");
  assert.deepEqual([large.bytes, large.limit], [1_000_002, 1_000_000]);
  assert.equal(test.kv.commits.length, before);
  assert.equal(
    (await tasks.start(app.id, json({ text: "é".repeat(500_000) }), PERSON)).type,
    "started",
  );
  (await test.gates.next()).done();
});

Deno.test("task ids grow strictly, also where the clock stands still or goes back", async () => {
  await using test = await startTestExecutor({ concurrency: 0 });
  const app = await test.add();
  const ids = [];
  for (const ms of [0, 0, -5_000, 0, 10_000]) {
    test.clock.jump(ms);
    ids.push(await test.start(app.id));
  }
  assert.deepEqual(ids, ids.toSorted());
  assert.equal(new Set(ids).size, ids.length);
  const { rows } = await test.executor.tasks.list({ limit: 10 });
  assert.deepEqual(rows.map(({ id }) => id), ids.toReversed());
});

Deno.test("a task keeps the version of the app it was started with", async () => {
  await using test = await startTestExecutor();
  const { apps } = test.executor;
  const app = await test.add({ steps: inARow("a", "b") });
  const taskId = await test.start(app.id);
  const a = await test.gates.next("a");
  const text = JSON.stringify({ steps: [{ id: "z", name: "Z", kind: "gate" }] });
  const saved = await apps.save(app.id, { name: "New", description: "", text, basedOn: 2 });
  assert.equal(saved.type, "saved");
  await apps.delete(app.id);
  a.done();
  (await test.gates.next("b")).done();
  const task = await test.ended(taskId);
  assert.deepEqual(task.app, { id: app.id, name: "Test app", description: "", version: 2 });
  assert.deepEqual(task.steps.map(({ id }) => id), ["a", "b"]);
});

Deno.test("cancel ends a running task, aborts its steps and skips the rest", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({
    steps: [{ id: "a" }, { id: "b" }, { id: "c", needs: ["a", "b"] }],
  });
  const taskId = await test.start(app.id);
  (await test.gates.next("a")).done();
  const b = await test.gates.next("b");
  await test.when(taskId, ({ steps }) => steps[0]?.status === "completed");
  test.clock.advance(2_000);
  assert.equal(await test.executor.tasks.cancel(taskId), "cancelled");
  assert.ok(b.signal.aborted, "before cancel has answered");
  const task = await test.read(taskId);
  assert.equal(task.status, "cancelled");
  assert.equal(task.durationMs, 2_000);
  assert.deepEqual(task.steps.map(({ status }) => status), ["completed", "cancelled", "skipped"]);
  await test.kv.idle();
  assert.deepEqual(await keysUnder(test.kv, "due"), []);
  assert.deepEqual(await test.executor.tasks.list({ limit: 5, status: "running" }), {
    rows: [],
    older: null,
    newer: null,
  });
  assert.deepEqual(test.unexpected.filter((error) => !(error instanceof DOMException)), []);
});

Deno.test("cancel aborts the steps also where its commit throws, or reaches the database twice", async () => {
  for (const fault of ["after", "twice"] as const) {
    await using test = await startTestExecutor();
    const app = await test.add();
    const taskId = await test.start(app.id);
    const run = await test.gates.next();
    test.kv.hooks = faultAt(1, fault, test);
    assert.equal(await test.executor.tasks.cancel(taskId), "cancelled");
    assert.ok(run.signal.aborted, fault);
  }
});

Deno.test("cancel again gives the same answer and writes nothing", async () => {
  await using test = await startTestExecutor();
  const app = await test.add();
  const taskId = await test.start(app.id);
  const both = await Promise.all([
    test.executor.tasks.cancel(taskId),
    test.executor.tasks.cancel(taskId),
  ]);
  assert.deepEqual(both, ["cancelled", "cancelled"]);
  await test.kv.idle();
  const task = await test.read(taskId);
  const commits = test.kv.commits.length;
  test.clock.advance(1_000);
  assert.equal(await test.executor.tasks.cancel(taskId), "cancelled");
  assert.deepEqual(await test.read(taskId), task);
  assert.equal(test.kv.commits.length, commits);
});

Deno.test("cancel leaves a task alone that has completed or failed, or is not known", async () => {
  await using test = await startTestExecutor();
  const app = await test.add();
  const [one, two] = [await test.start(app.id), await test.start(app.id)];
  (await test.gates.next()).done();
  (await test.gates.next()).fail();
  for (const taskId of [one, two]) {
    const task = await test.ended(taskId);
    assert.equal(await test.executor.tasks.cancel(taskId), "ended");
    assert.deepEqual(await test.read(taskId), task);
  }
  assert.equal(await test.executor.tasks.cancel(UNKNOWN_TASK), "unknown-task");
});

Deno.test("cancel of a task that waits takes it out of the queue", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({
    steps: [{ id: "pause", kind: "wait", config: { seconds: 60 } }, ...inARow("b")],
  });
  const taskId = await test.start(app.id);
  (await test.gates.next("b")).done();
  await test.when(taskId, ({ steps }) => steps[1]?.status === "completed");
  await test.kv.idle();
  assert.equal((await keysUnder(test.kv, "due")).length, 1);
  assert.equal(await test.executor.tasks.cancel(taskId), "cancelled");
  assert.deepEqual(await keysUnder(test.kv, "due"), []);
  test.clock.advance(60_000);
  await test.kv.idle();
  assert.equal((await test.read(taskId)).status, "cancelled");
});

Deno.test("cancel of a task that nobody has taken yet", async () => {
  await using test = await startTestExecutor({ concurrency: 1 });
  const app = await test.add();
  await test.start(app.id);
  const queued = await test.start(app.id);
  assert.equal(await test.executor.tasks.cancel(queued), "cancelled");
  (await test.gates.next()).done();
  await test.kv.idle();
  assert.equal(test.gates.runs.length, 1);
  const task = await test.read(queued);
  assert.deepEqual([task.startedAt, task.durationMs], [null, null]);
  assert.deepEqual(task.steps.map(({ status }) => status), ["skipped"]);
});

Deno.test("cancel of a task that ran on past its first lease leaves nothing in the queue", async () => {
  await using test = await startTestExecutor();
  const app = await test.add();
  const taskId = await test.start(app.id);
  await test.gates.next();
  for (let i = 0; i < 5; i++) {
    test.clock.advance(3_000);
    await test.kv.idle();
  }
  await test.executor.tasks.cancel(taskId);
  await test.kv.idle();
  assert.deepEqual(await keysUnder(test.kv, "due"), []);
});

for (const winner of ["cancel", "completion"] as const) {
  Deno.test(`cancel races with completion, ${winner} commits first: one winner`, async () => {
    await using test = await startTestExecutor();
    const app = await test.add({ outputs: [outputOf("only")] });
    const taskId = await test.start(app.id);
    const run = await test.gates.next();

    // Both have read the task; the loser's commit is let through only after the winner's.
    const first = Promise.withResolvers<void>();
    const bothAsked = Promise.withResolvers<void>();
    let asked = 0;
    test.kv.hooks = {
      async onCommit(seen, commit) {
        if (transitionsOf([seen], taskId).length === 0) return await commit();
        const isCompletion = seen.mutations.some(({ key }) => key[0] === "output");
        if (++asked === 2) bothAsked.resolve();
        if (isCompletion === (winner === "completion")) {
          const result = await commit();
          first.resolve();
          return result;
        }
        await first.promise;
        return await commit();
      },
    };
    // Two committers, as of two processes, so that neither waits for the other's turn.
    await using other = await startTestExecutor({ kv: test.kv, concurrency: 0 });
    run.done("made it");
    const answer = await other.executor.tasks.cancel(taskId);
    const task = await test.ended(taskId);
    await test.kv.idle();
    assert.equal(answer, winner === "cancel" ? "cancelled" : "ended");
    assert.equal(task.status, winner === "cancel" ? "cancelled" : "completed");
    assert.equal(task.outputs.length, winner === "cancel" ? 0 : 1);
    assert.deepEqual(await keysUnder(test.kv, "due"), []);
    const rows = await keysUnder(test.kv, "tasks_in");
    assert.deepEqual(rows.map((key) => key[1]), [task.status], "it stands under one status");
  });
}

Deno.test("cancel in the same process as a completion under way: one winner in either order", async () => {
  for (const order of ["cancel first", "completion first"]) {
    await using test = await startTestExecutor();
    const app = await test.add();
    const taskId = await test.start(app.id);
    const run = await test.gates.next();
    if (order === "completion first") run.done();
    const cancelling = test.executor.tasks.cancel(taskId);
    if (order === "cancel first") run.done();
    const answer = await cancelling;
    const task = await test.ended(taskId);
    assert.equal(task.status, answer === "cancelled" ? "cancelled" : "completed");
    await test.kv.idle();
    assert.deepEqual(await keysUnder(test.kv, "due"), []);
    assert.equal((await keysUnder(test.kv, "tasks_in")).length, 1);
  }
});

Deno.test("cancel ends a task whose steps do not heed their signal", async () => {
  const gates = createGates({ onAbort: "ignore" });
  await using test = await startTestExecutor({ gates, concurrency: 1 });
  const app = await test.add();
  const taskId = await test.start(app.id);
  const deaf = await gates.next();
  assert.equal(await test.executor.tasks.cancel(taskId), "cancelled");
  await test.kv.idle();
  const other = await test.start(app.id);
  test.clock.advance(5_000);
  (await gates.next()).done();
  assert.equal((await test.ended(other)).status, "completed", "its place is free after 5 s");
  deaf.done("too late");
  await test.kv.idle();
  const task = await test.read(taskId);
  assert.equal(task.steps[0]?.output, undefined);
  assert.equal(task.closedAt, null, "nobody has seen it stop");
  test.clock.advance(10_000);
  await test.kv.idle();
  assert.notEqual((await test.read(taskId)).closedAt, null, "its lease has run out");
  assert.deepEqual(await dueItems(test.kv), []);
});

Deno.test("cancel whose commit throws after it was applied still stops the task here", async () => {
  await using test = await startTestExecutor();
  const app = await test.add();
  const taskId = await test.start(app.id);
  const run = await test.gates.next();
  const told: TaskRow[] = [];
  const unwatch = test.executor.tasks.watchRows((row) => told.push(row));
  let isFirst = true;
  test.kv.hooks = {
    async onCommit(_seen, commit) {
      const result = await commit();
      if (!isFirst) return result;
      isFirst = false;
      throw new Error("connection lost");
    },
  };
  assert.equal(await test.executor.tasks.cancel(taskId), "cancelled");
  assert.ok(run.signal.aborted);
  assert.deepEqual(told.map(({ status }) => status), ["cancelled"]);
  unwatch();
  await test.kv.idle();
  assert.deepEqual(await keysUnder(test.kv, "due"), []);
});

Deno.test("watch and watchRows tell of each change, until they are ended", async () => {
  await using test = await startTestExecutor();
  const { tasks } = test.executor;
  const rows: string[] = [];
  const unwatchRows = tasks.watchRows(({ status, startedAt }) =>
    rows.push(`${status} ${startedAt === null ? "waiting" : "taken"}`)
  );
  const app = await test.add({ steps: inARow("a", "b") });
  const taskId = await test.start(app.id);
  let changes = 0;
  const unwatch = tasks.watch(taskId, () => changes++);
  (await test.gates.next("a")).done();
  const b = await test.gates.next("b");
  assert.equal(changes, 1);
  b.write("a word");
  assert.equal(changes, 2);
  b.done();
  await test.ended(taskId);
  assert.equal(changes, 3);
  assert.deepEqual(rows, ["running taken", "completed taken"]);
  unwatch();
  unwatchRows();
  const other = await test.start(app.id);
  await tasks.cancel(other);
  assert.equal(changes, 3);
  assert.equal(rows.length, 2);
});

Deno.test("parts of inputs whose task was never accepted are swept at the next start", async () => {
  const kv = await Deno.openKv(":memory:");
  {
    await using test = await startTestExecutor({ kv });
    const app = await test.add({ inputs: [TEXT_INPUT] });
    test.kv.hooks = {
      onCommit(seen, commit) {
        const isAcceptance = seen.mutations.some(({ key }) => key[0] === "task");
        return isAcceptance ? Promise.reject(new Error("connection lost")) : commit();
      },
    };
    await assert.rejects(test.start(app.id, { text: "x".repeat(200_000) }), /connection lost/);
    assert.ok((await keysUnder(kv, "part")).length > 0);
    test.kv.hooks = {};
    await using next = await startTestExecutor({ kv, clock: new FakeClock() });
    await next.kv.idle();
    assert.deepEqual(await keysUnder(kv, "part"), []);
    assert.deepEqual(await keysUnder(kv, "parts_before"), []);
    const taskId = await next.start(app.id, { text: "x".repeat(200_000) });
    assert.deepEqual(await keysUnder(kv, "parts_before"), []);
    (await next.gates.next()).done();
    await next.ended(taskId);
  }
  kv.close();
});

Deno.test("inputs of any length leave no mark behind once their task is accepted", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ inputs: [TEXT_INPUT] });
  for (const length of [4_000, 5_500, 8_000, 15_900, 16_100]) {
    for (const character of ["x", "ä", "€"]) {
      await test.start(app.id, { text: character.repeat(length) });
      assert.deepEqual(await keysUnder(test.kv, "parts_before"), [], `${length} ${character}`);
    }
  }
});

Deno.test("start races with the sweep of another process that starts: the task keeps its inputs", async () => {
  const text = "x".repeat(200_000);
  await using test = await startTestExecutor();
  const app = await test.add({ inputs: [TEXT_INPUT] });
  let hasRaced = false;
  test.kv.hooks = {
    async onCommit(seen, commit) {
      const isAcceptance = seen.mutations.some(({ key }) => key[0] === "task");
      if (isAcceptance && !hasRaced) {
        hasRaced = true;
        await using _other = await startTestExecutor({ kv: test.kv, clock: test.clock });
      }
      return await commit();
    },
  };
  const taskId = await test.start(app.id, { text });
  assert.ok(hasRaced);
  assert.deepEqual(await test.executor.tasks.readInputs(taskId), { text });
  assert.deepEqual(await keysUnder(test.kv, "parts_before"), []);
});

Deno.test("cancel ends also a task whose app's version cannot be read", async () => {
  const kv = await Deno.openKv(":memory:");
  {
    await using accepting = await startTestExecutor({ kv, concurrency: 0 });
    const app = await accepting.add();
    const taskId = await accepting.start(app.id);
    await kv.set(["app_version", app.id, app.version], "nonsense");
    await using other = await startTestExecutor({ kv, concurrency: 0 });
    assert.equal(await other.executor.tasks.cancel(taskId), "cancelled");
    assert.equal((await other.read(taskId)).status, "cancelled");
  }
  kv.close();
});
