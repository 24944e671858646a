import assert from "node:assert/strict";
import { RetryableError } from "../../../executor/steps/step_kind.ts";
import { inARow } from "../../helpers/definitions.ts";
import { startTestExecutor, type TestExecutor } from "../../helpers/executor.ts";
import { createGates } from "../../helpers/gates.ts";
import { keysUnder } from "../../helpers/kv_probe.ts";

/** What a reader sees of what the first step has written. */
async function writtenIn(test: Awaited<ReturnType<typeof startTestExecutor>>, taskId: string) {
  return (await test.executor.tasks.read(taskId))?.steps[0]?.written ?? null;
}

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
