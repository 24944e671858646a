import assert from "node:assert/strict";
import { createIds } from "../../../executor/ids.ts";
import { createHub } from "../../../executor/live/hub.ts";
import { createTextWriter } from "../../../executor/live/text_writer.ts";
import { createDatabase } from "../../../executor/store/database.ts";
import { RetryableError } from "../../../executor/steps/step_kind.ts";
import { createTextStore } from "../../../executor/store/texts.ts";
import { inARow } from "../../helpers/definitions.ts";
import { startTestExecutor, stop, type TestExecutor } from "../../helpers/executor.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { createGates } from "../../helpers/gates.ts";
import { keysUnder } from "../../helpers/kv_probe.ts";

/** What a reader sees of what the first step has written. */
async function writtenIn(test: Awaited<ReturnType<typeof startTestExecutor>>, taskId: string) {
  return (await test.executor.tasks.read(taskId))?.steps[0]?.written ?? null;
}

Deno.test("write shows text at once, and stores it after half a second or two kilobytes", async () => {
  await using test = await startTestExecutor();
  const app = await test.add();
  const taskId = await test.start(app.id);
  const run = await test.gates.next();
  run.write("one ");
  run.write("");
  run.write("two");
  assert.deepEqual(await writtenIn(test, taskId), { attempt: 1, text: "one two", length: 7 });
  assert.deepEqual(await keysUnder(test.kv, "text"), []);
  test.clock.advance(500);
  await test.kv.idle();
  assert.equal((await keysUnder(test.kv, "text")).length, 1);
  run.write("x".repeat(2_048));
  await test.kv.idle();
  assert.equal((await keysUnder(test.kv, "text")).length, 2);
  assert.equal((await writtenIn(test, taskId))?.length, 7 + 2_048);
  run.done();
  await test.ended(taskId);
});

Deno.test("streamed text is read again by another process, and begins anew with a new attempt", async () => {
  const kv = await Deno.openKv(":memory:");
  {
    await using dead = await startTestExecutor({ kv });
    const app = await dead.add();
    const taskId = await dead.start(app.id);
    const run = await dead.gates.next();
    const text = "Größe 🎈, ".repeat(5_000);
    for (let i = 0; i < text.length; i += 333) run.write(text.slice(i, i + 333));
    dead.clock.advance(500);
    await dead.kv.idle();

    const clock = new FakeClock(dead.clock.now());
    await using alive = await startTestExecutor({ kv, clock });
    assert.deepEqual(await writtenIn(alive, taskId), { attempt: 1, text, length: text.length });

    clock.advance(10_000);
    const again = await alive.gates.next();
    assert.equal(await writtenIn(alive, taskId), null, "nothing of the attempt that died");
    again.write("anew");
    assert.deepEqual(await writtenIn(alive, taskId), { attempt: 2, text: "anew", length: 4 });
    again.done("the end");
    await alive.ended(taskId);
    await alive.kv.idle();
    assert.equal(await writtenIn(alive, taskId), null, "the result says it all");
    assert.deepEqual(await keysUnder(kv, "text"), [], "of no attempt");
  }
  kv.close();
});

Deno.test("a step that fails in the middle keeps all it has written", async () => {
  await using test = await startTestExecutor();
  const app = await test.add();
  const taskId = await test.start(app.id);
  const run = await test.gates.next();
  run.write("as far as ");
  run.write("it came");
  run.fail();
  await test.ended(taskId);
  const expected = { attempt: 1, text: "as far as it came", length: 17 };
  assert.deepEqual(await writtenIn(test, taskId), expected);
  await test.kv.idle();
  assert.deepEqual(await writtenIn(test, taskId), expected);
});

Deno.test("a step whose result is too long to keep keeps what it has written", async () => {
  await using test = await startTestExecutor();
  const app = await test.add();
  const taskId = await test.start(app.id);
  const run = await test.gates.next();
  run.write("so much");
  run.done("x".repeat(8_000_001));
  await test.ended(taskId);
  assert.equal((await writtenIn(test, taskId))?.text, "so much");
});

for (const onAbort of ["reject", "ignore"] as const) {
  Deno.test(`a cancelled step keeps all it has written, at every moment, where it ${onAbort}s its signal`, async () => {
    const gates = createGates({ onAbort });
    await using test = await startTestExecutor({ gates });
    const app = await test.add();
    const taskId = await test.start(app.id);
    const run = await gates.next();
    run.write("as far as it came");
    const seen: (string | undefined)[] = [];
    const unwatch = test.executor.tasks.watch(taskId, async () => {
      for (let i = 0; i < 5; i++) seen.push((await writtenIn(test, taskId))?.text);
    });
    await test.executor.tasks.cancel(taskId);
    run.write(" and more");
    await test.kv.idle();
    unwatch();
    seen.push((await writtenIn(test, taskId))?.text);
    assert.deepEqual([...new Set(seen)], ["as far as it came"]);
  });
}

Deno.test("a step that is done leaves no streamed text behind, also where it was being stored", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ steps: inARow("a", "b", "c") });
  const taskId = await test.start(app.id);
  const a = await test.gates.next("a");
  a.write("short");
  a.done();
  const b = await test.gates.next("b");
  b.write("x".repeat(5_000));
  b.done();
  const c = await test.gates.next("c");
  c.write("first");
  test.clock.advance(500);
  c.write("then");
  c.done();
  await test.ended(taskId);
  test.clock.advance(1_000);
  await test.kv.idle();
  assert.deepEqual(await keysUnder(test.kv, "text"), []);
});

Deno.test("text whose storing failed is stored with what follows", async () => {
  const kv = await Deno.openKv(":memory:");
  {
    await using test = await startTestExecutor({ kv });
    const app = await test.add();
    const taskId = await test.start(app.id);
    const run = await test.gates.next();
    test.kv.hooks = { onCommit: () => Promise.reject(new Error("database is locked")) };
    run.write("lost? ");
    test.clock.advance(500);
    await test.kv.idle();
    test.kv.hooks = {};
    run.write("no");
    test.clock.advance(500);
    await test.kv.idle();
    await using other = await startTestExecutor({ kv, concurrency: 0 });
    assert.equal((await writtenIn(other, taskId))?.text, "lost? no");
    run.done();
    await test.ended(taskId);
  }
  kv.close();
});

Deno.test("a character whose halves are written apart is stored whole", async () => {
  const kv = await Deno.openKv(":memory:");
  {
    await using test = await startTestExecutor({ kv });
    const app = await test.add();
    const taskId = await test.start(app.id);
    const run = await test.gates.next();
    const [high, low] = ["🎈".slice(0, 1), "🎈".slice(1)];
    run.write(`a balloon ${high}`);
    test.clock.advance(500);
    await test.kv.idle();
    run.write(`${low} flies`);
    test.clock.advance(500);
    await test.kv.idle();
    await using other = await startTestExecutor({ kv, concurrency: 0 });
    assert.equal((await writtenIn(other, taskId))?.text, "a balloon 🎈 flies");
    run.done();
    await test.ended(taskId);
  }
  kv.close();
});

Deno.test("a very long text is shown from a late place on, with its whole length", async () => {
  await using test = await startTestExecutor();
  const app = await test.add();
  const taskId = await test.start(app.id);
  const run = await test.gates.next();
  run.write(`🎈${"x".repeat(249_999)}`);
  run.write("🎈".repeat(50_001));
  const written = await writtenIn(test, taskId);
  assert.equal(written?.length, 350_003);
  assert.ok(written.text.length <= 200_000 && written.text.length > 190_000);
  assert.ok(written.text.isWellFormed());
  run.done();
  await test.ended(taskId);
});

Deno.test("a step that is handed over begins its text anew", async () => {
  const kv = await Deno.openKv(":memory:");
  {
    const first = await startTestExecutor({ kv });
    const app = await first.add();
    const taskId = await first.start(app.id);
    (await first.gates.next()).write("half an answer");
    await stop(first.executor, first.clock);
    assert.equal(await writtenIn(first, taskId), null, "it has to be written again");
    await using second = await startTestExecutor({
      kv,
      clock: new FakeClock(first.clock.now() + 1),
    });
    const again = await second.gates.next();
    assert.equal(await writtenIn(second, taskId), null);
    again.write("whole");
    assert.deepEqual(await writtenIn(second, taskId), { attempt: 1, text: "whole", length: 5 });
    again.done();
    await second.ended(taskId);
    await second.kv.idle();
    assert.deepEqual(await keysUnder(kv, "text"), []);
  }
  kv.close();
});

/** Fails the first attempt of the step "a" after it has written; the next begins at once. */
async function failOnce(test: TestExecutor, taskId: string) {
  const run = await test.gates.next("a");
  run.write("x".repeat(3_000));
  run.fail(new RetryableError("Busy"));
  await test.when(taskId, ({ steps }) => steps[0]?.status === "queued");
  await test.kv.idle();
  test.clock.advance(1_000);
  return await test.gates.next("a");
}

const RETRIED = { id: "a", retry: { attempts: 3, backoff: 1 } };

Deno.test("a step that is done forgets what earlier attempts wrote, though it wrote nothing itself", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ steps: [RETRIED, { id: "b", needs: ["a"] }] });
  const taskId = await test.start(app.id);
  (await failOnce(test, taskId)).done();
  await test.gates.next("b");
  await test.kv.idle();
  assert.deepEqual(await keysUnder(test.kv, "text"), []);
});

Deno.test("a step that is done forgets what it wrote before it waited", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ steps: [RETRIED, { id: "b", needs: ["a"] }] });
  const taskId = await test.start(app.id);
  const before = await test.gates.next("a");
  before.write("before");
  before.wait(test.clock.now() + 60_000);
  await test.when(taskId, ({ steps }) => steps[0]?.resumeAt !== undefined);
  await test.kv.idle();
  test.clock.advance(60_000);
  (await test.gates.next("a")).done();
  await test.gates.next("b");
  await test.kv.idle();
  assert.deepEqual(await keysUnder(test.kv, "text"), []);
});

for (const isBusy of [false, true]) {
  Deno.test(`a task that failed keeps what its last attempts wrote, ${isBusy ? "in one go" : "after a pause"}`, async () => {
    await using test = await startTestExecutor();
    const app = await test.add({ steps: isBusy ? [RETRIED, { id: "b" }] : [RETRIED] });
    const taskId = await test.start(app.id);
    const sibling = isBusy ? await test.gates.next("b") : null;
    sibling?.write("of b");
    const second = await failOnce(test, taskId);
    second.write("in the end");
    second.fail();
    await test.ended(taskId);
    await test.kv.idle();
    const texts = (await keysUnder(test.kv, "text")).map((key) => key[2]);
    assert.deepEqual(texts, isBusy ? ["a", "b"] : ["a"]);
    assert.deepEqual(await writtenIn(test, taskId), { attempt: 2, text: "in the end", length: 10 });
  });
}

Deno.test("a task cancelled while it pauses forgets what the attempt before wrote", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ steps: [RETRIED] });
  const taskId = await test.start(app.id);
  const run = await test.gates.next("a");
  run.write("x".repeat(3_000));
  run.fail(new RetryableError("Busy"));
  await test.when(taskId, ({ steps }) => steps[0]?.status === "queued");
  await test.kv.idle();
  assert.notDeepEqual(await keysUnder(test.kv, "text"), []);
  await test.executor.tasks.cancel(taskId);
  await test.kv.idle();
  assert.deepEqual(await keysUnder(test.kv, "text"), []);
});

Deno.test("a step that waits keeps what it has written, and goes on after it", async () => {
  await using test = await startTestExecutor();
  const app = await test.add();
  const taskId = await test.start(app.id);
  const before = await test.gates.next();
  before.write("x".repeat(3_000));
  before.write("before, ");
  before.wait(test.clock.now() + 60_000);
  await test.when(taskId, ({ steps }) => steps[0]?.resumeAt !== undefined);
  await test.kv.idle();
  assert.equal((await writtenIn(test, taskId))?.length, 3_008);
  test.clock.advance(60_000);
  const after = await test.gates.next();
  after.write("after");
  assert.equal((await writtenIn(test, taskId))?.text, `${"x".repeat(3_000)}before, after`);
  after.fail();
  await test.ended(taskId);
  await test.kv.idle();
  assert.equal((await writtenIn(test, taskId))?.text, `${"x".repeat(3_000)}before, after`);
});

Deno.test("write after close stores nothing", async () => {
  const kv = await Deno.openKv(":memory:");
  const clock = new FakeClock();
  const texts = createTextStore(createDatabase(kv, createIds(Math.random)));
  const ref = { taskId: "tsk_1", stepId: "a", startedAt: clock.now() };
  const writer = createTextWriter({ hub: createHub(), clock, texts }, ref);
  writer.write("in time");
  await writer.flush();
  await writer.close();
  writer.write("x".repeat(5_000));
  writer.write("too late");
  clock.advance(500);
  await writer.flush();
  assert.equal(await texts.read(ref), "in time");
  kv.close();
});
