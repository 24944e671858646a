import assert from "node:assert/strict";
import { inARow, outputOf, TEXT_INPUT } from "../../helpers/definitions.ts";
import { startTestExecutor } from "../../helpers/executor.ts";
import { keysUnder, transitionsOf } from "../../helpers/kv_probe.ts";

function statuses({ steps }: { readonly steps: readonly { id: string; status: string }[] }) {
  return Object.fromEntries(steps.map(({ id, status }) => [id, status]));
}

Deno.test("a task runs its steps in the order of their needs, those of one level together", async () => {
  await using test = await startTestExecutor();
  const { gates } = test;
  const app = await test.add({
    steps: [
      { id: "last", needs: ["left", "right"] },
      { id: "left", needs: ["first"] },
      { id: "right", needs: ["first"] },
      { id: "first" },
    ],
  });
  const taskId = await test.start(app.id);

  const first = await gates.next("first");
  await test.kv.idle();
  assert.deepEqual(gates.runs.map(({ stepId }) => stepId), ["first"]);
  assert.deepEqual(statuses(await test.read(taskId)), {
    last: "queued",
    left: "queued",
    right: "queued",
    first: "running",
  });

  first.done();
  const left = await gates.next("left");
  const right = await gates.next("right");
  right.done();
  await test.when(taskId, (task) => statuses(task).right === "completed");
  await test.kv.idle();
  assert.equal(gates.runs.length, 3, "the last step waits for both");
  assert.deepEqual((await test.read(taskId)).progress, { step: 3, total: 4, completed: 2 });

  left.done();
  (await gates.next("last")).done();
  const task = await test.ended(taskId);
  assert.equal(task.status, "completed");
  assert.deepEqual(task.progress, { step: 4, total: 4, completed: 4 });
  assert.deepEqual(test.unexpected, []);
});

Deno.test("a step is given its inputs and what earlier steps made", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({
    inputs: [TEXT_INPUT],
    steps: [
      { id: "a", config: { text: "{{ inputs.text }}!" } },
      { id: "b", config: { list: ["{{ steps.a.output.words[1] }}"], many: 3 } },
    ],
    outputs: [{ name: "o", label: "O", type: "text", template: "{{ steps.b.output }}" }],
  });
  const taskId = await test.start(app.id, { text: "{{ inputs.text }} <b>" });
  const a = await test.gates.next("a");
  assert.deepEqual(a.config, { text: "{{ inputs.text }} <b>!" });
  a.done({ words: ["one", "two"] });
  const b = await test.gates.next("b");
  assert.deepEqual(b.config, { list: ["two"], many: 3 });
  b.done("ready", { inputTokens: 7, outputTokens: 11 });
  const task = await test.ended(taskId);
  assert.deepEqual(task.outputs, [{ name: "o", label: "O", type: "text", value: "ready" }]);
  assert.deepEqual(task.steps.map(({ output }) => output), [{ words: ["one", "two"] }, "ready"]);
  assert.deepEqual(task.usage, { inputTokens: 7, outputTokens: 11 });
});

Deno.test("a task of three steps in a row is four commits", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ steps: inARow("a", "b", "c"), outputs: [outputOf("c")] });
  await test.kv.idle();
  const before = test.kv.commits.length;
  const taskId = await test.start(app.id);
  for (const id of ["a", "b", "c"]) (await test.gates.next(id)).done();
  await test.ended(taskId);
  await test.kv.idle();
  assert.equal(transitionsOf(test.kv.commits, taskId).length, 4);
  assert.equal(test.kv.commits.length - before, 4, "and nothing else is committed for it");
});

Deno.test("a task that fails: siblings are cancelled and aborted, the rest skipped, in one commit", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({
    steps: [{ id: "a" }, { id: "b" }, { id: "ready" }, { id: "c", needs: ["a", "b"] }],
    outputs: [outputOf("a")],
  });
  const taskId = await test.start(app.id);
  const a = await test.gates.next("a");
  const b = await test.gates.next("b");
  (await test.gates.next("ready")).done();
  await test.when(taskId, (task) => statuses(task).ready === "completed");
  test.clock.advance(1_500);
  const commits = test.kv.commits.length;
  a.fail();
  const task = await test.ended(taskId);
  await test.kv.idle();

  assert.equal(task.status, "failed");
  assert.deepEqual(task.error, { stepId: "a", message: 'Cannot do "a": it was told to fail' });
  assert.deepEqual(statuses(task), {
    a: "failed",
    b: "cancelled",
    ready: "completed",
    c: "skipped",
  });
  assert.equal(task.steps[0]?.error, 'Cannot do "a": it was told to fail');
  assert.equal(task.durationMs, 1_500);
  assert.deepEqual(task.outputs, []);
  assert.ok(b.signal.aborted);
  assert.equal(transitionsOf(test.kv.commits.slice(commits), taskId).length, 1);
});

Deno.test("a step that throws anything else fails with words that give nothing away", async () => {
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  const odd = [undefined, null, "a secret", new Error("the key is sk-1234"), cyclic, Symbol("x")];
  for (const reason of odd) {
    await using test = await startTestExecutor();
    const app = await test.add({ steps: [{ id: "only", retry: { attempts: 1, backoff: 0 } }] });
    const taskId = await test.start(app.id);
    (await test.gates.next()).fail(reason);
    const { error, status } = await test.ended(taskId);
    assert.equal(status, "failed");
    assert.match(
      error?.message ?? "",
      /stopped with an error nobody expected/,
    );
    assert.doesNotMatch(error?.message ?? "", /secret|sk-/);
    assert.equal(test.unexpected.length, 1, "the log has the rest");
  }
});

Deno.test("two steps that fail at once: the first is the task's error, the other has ended too", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ steps: [{ id: "a" }, { id: "b" }] });
  const taskId = await test.start(app.id);
  const runs = [await test.gates.next("a"), await test.gates.next("b")];
  for (const run of runs) run.fail();
  const task = await test.ended(taskId);
  await test.kv.idle();
  assert.equal(task.error?.stepId, "a");
  assert.deepEqual(statuses(task), { a: "failed", b: "cancelled" });
  assert.deepEqual(test.unexpected.filter((each) => each instanceof TypeError), []);
});

Deno.test("steps that end at the same moment share a commit", async () => {
  await using test = await startTestExecutor();
  const ids = Array.from({ length: 50 }, (_, i) => `s${i}`);
  const app = await test.add({
    steps: [...ids.map((id) => ({ id })), { id: "last", needs: ids }],
  });
  const taskId = await test.start(app.id);
  for (const id of ids) await test.gates.next(id);
  const commits = test.kv.commits.length;
  for (const run of test.gates.runs) run.done();
  (await test.gates.next("last")).done();
  assert.equal((await test.ended(taskId)).status, "completed");
  assert.ok(transitionsOf(test.kv.commits.slice(commits), taskId).length <= 6);
});

Deno.test("a task of a hundred steps with results at the inline limit fits its commits", async () => {
  await using test = await startTestExecutor();
  const ids = Array.from({ length: 100 }, (_, i) => `${"s".repeat(36)}${i}`);
  const app = await test.add({ name: "x".repeat(80), steps: ids.map((id) => ({ id })) });
  const taskId = await test.start(app.id);
  for (const id of ids) await test.gates.next(id);
  for (const run of test.gates.runs) {
    run.done("€".repeat(5_333), { inputTokens: 123_456, outputTokens: 123_456 });
  }
  const task = await test.ended(taskId);
  assert.equal(task.status, "completed");
  assert.deepEqual(test.unexpected, []);
});

Deno.test("a result that came together with another step's failure leaves nothing behind", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ steps: [{ id: "first" }, { id: "failing" }, { id: "long" }] });
  const taskId = await test.start(app.id);
  const run = {
    first: await test.gates.next("first"),
    failing: await test.gates.next("failing"),
    long: await test.gates.next("long"),
  };
  const held = Promise.withResolvers<void>();
  test.kv.hooks = {
    async onCommit({ mutations }, commit) {
      if (mutations.some(({ key }) => key[0] === "task")) await test.kv.held(held.promise);
      return await commit();
    },
  };
  run.first.done();
  await test.kv.idle();
  run.failing.fail();
  run.long.done("long ".repeat(30_000));
  await test.kv.idle();
  assert.equal((await keysUnder(test.kv, "part", taskId)).length, 3);
  held.resolve();
  assert.deepEqual(statuses(await test.ended(taskId)), {
    first: "completed",
    failing: "failed",
    long: "cancelled",
  });
  await test.kv.idle();
  for (const prefix of ["part", "untidy"]) {
    assert.deepEqual(await keysUnder(test.kv, prefix), []);
  }
});
