import assert from "node:assert/strict";
import { createIds } from "../../../executor/ids.ts";
import { createHub } from "../../../executor/live/hub.ts";
import { createTextWriter } from "../../../executor/live/text_writer.ts";
import { createDatabase } from "../../../executor/store/database.ts";
import { createTextStore } from "../../../executor/store/texts.ts";
import { startTestExecutor, stop } from "../../helpers/executor.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
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
    await stop(first);
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
