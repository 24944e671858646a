import assert from "node:assert/strict";
import { inARow, outputOf, type StepSketch, TEXT_INPUT } from "../helpers/definitions.ts";
import { startTestExecutor } from "../helpers/executor.ts";
import { copiedIn, finishGates, forkOf, runGates, saveAgain } from "../helpers/forks.ts";
import { keysUnder } from "../helpers/kv_probe.ts";

/** `a`, then `b` and `c` side by side, then `d`. */
const DIAMOND: readonly StepSketch[] = [
  { id: "a" },
  { id: "b", needs: ["a"] },
  { id: "c", needs: ["a"] },
  { id: "d", needs: ["b", "c"] },
];
const LONG = "long é ".repeat(100_000);

Deno.test("fork from a step copies what does not depend on it, and runs the rest", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ steps: DIAMOND, outputs: [outputOf("d"), outputOf("b")] });
  const parentId = await runGates(test, app);
  const parent = await test.read(parentId);
  const began = test.gates.runs.length;
  const forkId = await forkOf(test, parentId, { from: "c" });
  await finishGates(test, ["c", "d"], { d: "d again" });
  const fork = await test.ended(forkId);
  assert.deepEqual(test.gates.runs.slice(began).map(({ stepId }) => stepId), ["c", "d"]);
  assert.deepEqual(copiedIn(fork), ["a", "b"]);
  for (const index of [0, 1]) {
    assert.deepEqual(fork.steps[index], { ...parent.steps[index], copied: true });
  }
  assert.deepEqual(fork.outputs.map(({ value }) => value), ["d again", "b is done"]);
  const [a, b] = fork.steps;
  const savedMs = (a?.durationMs ?? 0) + (b?.durationMs ?? 0);
  assert.ok(savedMs > 0);
  assert.deepEqual(fork.forkedFrom, { taskId: parentId, stepId: "c", savedMs, savedTokens: 240 });
  assert.deepEqual(fork.origin, { kind: "fork" });
  assert.equal("forkedFrom" in parent, false);
  assert.deepEqual(test.unexpected, []);
});

Deno.test("fork counts only the tokens of the steps that it ran itself", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ steps: inARow("a", "b", "c") });
  const forkId = await forkOf(test, await runGates(test, app), { from: "c" });
  assert.equal("usage" in await test.read(forkId), false);
  await finishGates(test, ["c"]);
  const fork = await test.ended(forkId);
  assert.deepEqual(fork.usage, { inputTokens: 100, outputTokens: 20 });
  assert.deepEqual(fork.steps[0]?.usage, { inputTokens: 100, outputTokens: 20 });
  const detail = await test.executor.tasks.read(forkId);
  assert.deepEqual(detail?.usage, fork.usage);
});

Deno.test("fork without a step copies nothing", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ steps: inARow("a", "b"), inputs: [TEXT_INPUT] });
  const parentId = await runGates(test, app, {}, { text: "hello" });
  const forkId = await forkOf(test, parentId);
  const begun = await test.read(forkId);
  assert.deepEqual(copiedIn(begun), []);
  assert.deepEqual(begun.inputs, { text: "hello" });
  assert.deepEqual(begun.forkedFrom, {
    taskId: parentId,
    stepId: null,
    savedMs: 0,
    savedTokens: 0,
  });
  await finishGates(test, ["a", "b"]);
  assert.equal((await test.ended(forkId)).status, "completed");
});

Deno.test("fork stands alone when its parent is deleted, long results as well", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ steps: inARow("a", "b"), outputs: [outputOf("a"), outputOf("b")] });
  const parentId = await runGates(test, app, { a: LONG });
  const forkId = await forkOf(test, parentId, { from: "b" });
  await test.gates.next("b").then((gate) => gate.done("b again"));
  await test.ended(forkId);
  assert.equal(await test.executor.tasks.delete(parentId), "deleted");
  const fork = await test.read(forkId);
  assert.equal(fork.steps[0]?.output, LONG);
  assert.deepEqual(fork.outputs.map(({ value }) => value), [LONG, "b again"]);
  const detail = await test.executor.tasks.read(forkId);
  assert.equal(detail?.forkedFrom?.exists, false);
  assert.deepEqual(await keysUnder(test.kv, "parts_before"), []);
});

Deno.test("fork of a fork copies what was copied, and counts it as saved", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ steps: inARow("a", "b", "c") });
  const first = await forkOf(test, await runGates(test, app, { a: LONG }), { from: "b" });
  await finishGates(test, ["b", "c"]);
  await test.ended(first);
  const second = await forkOf(test, first, { from: "c" });
  await finishGates(test, ["c"]);
  const fork = await test.ended(second);
  assert.deepEqual(copiedIn(fork), ["a", "b"]);
  assert.equal(fork.steps[0]?.output, LONG);
  assert.equal(fork.forkedFrom?.taskId, first);
  assert.equal(fork.forkedFrom?.savedTokens, 240);
});

Deno.test("fork of a failed task runs the failed step and what waited for it", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ steps: inARow("a", "b", "c") });
  const parentId = await test.start(app.id);
  await finishGates(test, ["a"]);
  (await test.gates.next("b")).fail();
  assert.equal((await test.ended(parentId)).status, "failed");
  const forkId = await forkOf(test, parentId, { from: "b" });
  assert.deepEqual(copiedIn(await test.read(forkId)), ["a"]);
  await finishGates(test, ["b", "c"]);
  assert.equal((await test.ended(forkId)).status, "completed");
});

Deno.test("fork leaves skipped what skipped itself, and runs again what failed without harm", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({
    steps: [
      { id: "a" },
      { id: "no", when: "steps.a.output == 'never'" },
      { id: "after_no", needs: ["no"] },
      { id: "weak", needs: ["a"], onError: "continue" },
      { id: "last", needs: ["after_no", "weak"] },
    ],
    outputs: [outputOf("last")],
  });
  const parentId = await test.start(app.id);
  await finishGates(test, ["a"]);
  (await test.gates.next("weak")).fail();
  await finishGates(test, ["last"]);
  const parent = await test.ended(parentId);
  assert.equal(parent.status, "completed");
  const forkId = await forkOf(test, parentId, { from: "last" });
  await finishGates(test, ["weak", "last"]);
  const fork = await test.ended(forkId);
  assert.equal(fork.status, "completed");
  assert.deepEqual(copiedIn(fork), ["a"]);
  for (const index of [1, 2]) assert.deepEqual(fork.steps[index], parent.steps[index]);
});

Deno.test("fork of a cancelled task runs what had not begun", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ steps: inARow("a", "b", "c") });
  const parentId = await test.start(app.id);
  await finishGates(test, ["a"]);
  await test.gates.next("b");
  await test.executor.tasks.cancel(parentId);
  const forkId = await forkOf(test, parentId, { from: "c" });
  await finishGates(test, ["b", "c"]);
  const fork = await test.ended(forkId);
  assert.deepEqual([fork.status, copiedIn(fork)], ["completed", ["a"]]);
});

Deno.test("fork of a task that was cancelled before it began runs all that was skipped", async () => {
  await using test = await startTestExecutor({ concurrency: 0 });
  const app = await test.add({ steps: inARow("a", "b") });
  const parentId = await test.start(app.id);
  await test.executor.tasks.cancel(parentId);
  assert.equal((await test.read(parentId)).steps[0]?.status, "skipped");
  const fork = await test.read(await forkOf(test, parentId, { from: "b" }));
  assert.deepEqual(fork.steps.map(({ status }) => status), ["queued", "queued"]);
});

Deno.test("fork's copies are not counted in its budget", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ steps: inARow("a", "b") });
  const parentId = await runGates(test, app);
  await saveAgain(test, app, { steps: inARow("a", "b"), budget: 150 });
  const forkId = await forkOf(test, parentId, { from: "b" });
  await finishGates(test, ["b"]);
  const fork = await test.ended(forkId);
  assert.deepEqual([fork.status, copiedIn(fork)], ["completed", ["a"]]);
});

Deno.test("fork of a task that runs copies what has completed, and leaves it running", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ steps: inARow("a", "b", "c") });
  const parentId = await test.start(app.id);
  await finishGates(test, ["a"]);
  const original = await test.gates.next("b");
  const forkId = await forkOf(test, parentId, { from: "b" });
  const copy = await test.gates.next("b");
  assert.equal(copy.taskId, forkId);
  assert.deepEqual(copiedIn(await test.read(forkId)), ["a"]);
  for (const gate of [original, copy]) gate.done();
  for (const gate of [await test.gates.next("c"), await test.gates.next("c")]) gate.done();
  for (const id of [parentId, forkId]) assert.equal((await test.ended(id)).status, "completed");
});

Deno.test("fork refuses a step that is not there, and a task that is not there", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ steps: inARow("a", "b") });
  const parentId = await runGates(test, app);
  await saveAgain(test, app, { steps: inARow("a", "z") });
  const { tasks } = test.executor;
  assert.equal(
    (await tasks.fork(parentId, { from: "b", version: "latest" })).type,
    "unknown-step",
  );
  assert.equal((await tasks.fork(parentId, { from: "z", version: "same" })).type, "unknown-step");
  await tasks.delete(parentId);
  assert.deepEqual(await tasks.fork(parentId, { from: null, version: "same" }), {
    type: "unknown-task",
  });
  assert.deepEqual((await tasks.list({ limit: 5 })).rows, []);
});

Deno.test("fork is listed by the task it was made from, the newest first, and no longer when deleted", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ steps: inARow("a", "b") });
  const parentId = await runGates(test, app);
  const ids: string[] = [];
  for (let i = 0; i < 21; i++) {
    test.clock.advance(1_000);
    ids.push(await forkOf(test, parentId, i === 20 ? { from: "b", version: "same" } : {}));
  }
  const listed = async () => await test.executor.tasks.read(parentId);
  const first = await listed();
  assert.deepEqual(first?.forks.map(({ id }) => id), ids.toReversed().slice(0, 20));
  assert.equal(first?.hasMoreForks, true);
  assert.deepEqual(first?.forks.slice(0, 2).map(({ stepName }) => stepName), ["Step b", null]);
  const newest = ids.at(-1) ?? "";
  await test.executor.tasks.cancel(newest);
  await test.executor.tasks.delete(newest);
  const second = await listed();
  assert.deepEqual(second?.forks.map(({ id }) => id), ids.toReversed().slice(1, 21));
  assert.equal(second?.hasMoreForks, false);
  await test.executor.tasks.delete(parentId);
  assert.deepEqual(await keysUnder(test.kv, "fork"), []);
});
