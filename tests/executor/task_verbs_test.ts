import assert from "node:assert/strict";
import { isTaskId, type RawInputs } from "../../executor/mod.ts";
import { inARow, outputOf, TEXT_INPUT } from "../helpers/definitions.ts";
import { startTestExecutor } from "../helpers/executor.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { keysUnder } from "../helpers/kv_probe.ts";
import { UNKNOWN_APP } from "../helpers/unknown_ids.ts";

const PERSON = { kind: "person" } as const;

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

Deno.test("the history tells when a task began as soon as it has", async () => {
  await using test = await startTestExecutor({ concurrency: 1 });
  const app = await test.add();
  await test.start(app.id);
  const queued = await test.start(app.id);
  const first = await test.gates.next();
  const { tasks } = test.executor;
  const startedAt = async () =>
    (await tasks.list({ limit: 10 })).rows.find(({ id }) => id === queued)?.startedAt;
  assert.equal(await startedAt(), null);
  test.clock.advance(2_000);
  first.done();
  await test.gates.next();
  assert.equal(await startedAt(), test.clock.now());
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
