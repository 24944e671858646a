import assert from "node:assert/strict";
import { MAX_CRASHES } from "../../../executor/run/context.ts";
import { inARow, outputOf, TEXT_INPUT } from "../../helpers/definitions.ts";
import { startTestExecutor } from "../../helpers/executor.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
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

Deno.test("a step whose result is no JSON fails its task", async () => {
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  for (const output of [cyclic, () => 1, Symbol("x"), 10n]) {
    await using test = await startTestExecutor();
    const app = await test.add();
    const taskId = await test.start(app.id);
    const run = await test.gates.next();
    Reflect.apply(run.done, run, [output]);
    const { error } = await test.ended(taskId);
    assert.equal(error?.message, 'Cannot keep the result of step "Step only": it is no JSON');
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

Deno.test("a result and an output of two megabytes are kept whole", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({
    inputs: [TEXT_INPUT],
    steps: [{ id: "a", config: { text: "{{ inputs.text }}" } }],
    outputs: [outputOf("a"), { ...outputOf("a", "json"), name: "j" }],
  });
  const text = "ø".repeat(490_000);
  const taskId = await test.start(app.id, { text });
  const run = await test.gates.next();
  assert.deepEqual(run.config, { text });
  const result = "Übergröße 🎈 ".repeat(150_000);
  run.done(result);
  const task = await test.ended(taskId);
  assert.equal(task.status, "completed", task.error?.message);
  assert.ok(task.steps[0]?.output === result);
  assert.ok(task.outputs[0]?.value === result && task.outputs[1]?.value === result);
  assert.ok((await test.executor.tasks.readOutput(taskId, "of_a"))?.text === result);
  const detail = await test.executor.tasks.read(taskId);
  assert.ok(JSON.stringify(detail).length < 200_000, "a page gets excerpts");
});

Deno.test("a result over the limit fails its step, with the limit in words", async () => {
  await using test = await startTestExecutor();
  const app = await test.add();
  const taskId = await test.start(app.id);
  (await test.gates.next()).done("x".repeat(8_000_001));
  const { error } = await test.ended(taskId);
  assert.match(error?.message ?? "", /Cannot keep the result of step "Step only".*at most 8000000/);
});

const JSON_REFUSAL =
  /^Cannot keep output "Both": it has 8800023 characters, and at most 8000000 are kept$/;

Deno.test("an output over the limit fails the task, and names the output and the limit", async () => {
  const steps = [{ id: "a" }, { id: "b" }];
  const twice = "{{ steps.a.output }}{{ steps.b.output }}";
  for (
    const [template, output, sentence] of [
      [twice, "x".repeat(4_000_001), /^Cannot make output "Both": .*longer than 8000000/],
      // Written shorter than JSON is kept: 1e20 is a hundred and some zeros.
      ["[{{ steps.a.output }}]", `1e20${",1e20".repeat(400_000)}`, JSON_REFUSAL],
    ] as const
  ) {
    await using test = await startTestExecutor();
    const type = sentence === JSON_REFUSAL ? "json" : "text";
    const outputs = [{ name: "both", label: "Both", type, template }];
    const app = await test.add({ steps, outputs });
    const taskId = await test.start(app.id);
    for (const { id } of steps) (await test.gates.next(id)).done(output);
    const task = await test.ended(taskId);
    assert.equal(task.error?.outputName, "both");
    assert.match(task.error?.message ?? "", sentence);
    assert.deepEqual(test.unexpected, []);
  }
});

Deno.test("an output of type json that does not parse fails the task, and names the output", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({
    outputs: [outputOf("only"), {
      name: "facts",
      label: "Facts",
      type: "json",
      template: "{{ steps.only.output }}",
    }],
  });
  const taskId = await test.start(app.id);
  (await test.gates.next()).done("no JSON");
  const task = await test.ended(taskId);
  assert.equal(task.status, "failed");
  assert.equal(task.error?.stepId, null);
  assert.equal(task.error?.outputName, "facts");
  assert.match(task.error?.message ?? "", /Output "Facts" has to be JSON, and "no JSON" is not/);
  assert.deepEqual(task.outputs, [], "a failed task has no outputs, also not those that parsed");
  assert.deepEqual(statuses(task), { only: "completed" });
});

Deno.test("half a surrogate pair in a result harms nothing", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ steps: inARow("a", "b"), outputs: [outputOf("a")] });
  const taskId = await test.start(app.id);
  (await test.gates.next("a")).done("x\uD800y\0z");
  (await test.gates.next("b")).done({ "k\uDC00": "x\uD800y" });
  const task = await test.ended(taskId);
  assert.equal(task.status, "completed");
  assert.equal(task.outputs[0]?.value, "x\uFFFDy\0z");
});

Deno.test("a task that gets on is not given up, however often its process dies", async () => {
  const raw = await Deno.openKv(":memory:");
  const ids = Array.from({ length: MAX_CRASHES + 3 }, (_, i) => `s${i}`);
  const lives = [await startTestExecutor({ kv: raw })];
  const app = await lives[0]?.add({ steps: inARow(...ids) });
  const taskId = await lives[0]?.start(app?.id ?? "") ?? "";
  for (const id of ids) {
    const { clock, gates } = lives.at(-1) ?? assert.fail();
    await gates.next(id);
    const next = await startTestExecutor({
      kv: raw,
      clock: new FakeClock(clock.now() + 10_001),
    });
    lives.push(next);
    (await next.gates.next(id)).done();
  }
  const task = await lives.at(-1)?.ended(taskId);
  assert.equal(task?.status, "completed", task?.error?.message);
  assert.deepEqual(task?.steps.map(({ attempt }) => attempt), ids.map(() => 2));
  for (const each of lives) await each[Symbol.asyncDispose]();
  raw.close();
});

Deno.test(`a task is given up after its process died ${MAX_CRASHES} times, with the reason in words`, async () => {
  const raw = await Deno.openKv(":memory:");
  const first = await startTestExecutor({ kv: raw });
  const app = await first.add({ steps: inARow("a", "b") });
  const taskId = await first.start(app.id);
  await first.gates.next("a");
  const abandoned = [first];
  for (let deaths = 1; deaths < MAX_CRASHES; deaths++) {
    const { clock } = abandoned.at(-1) ?? first;
    clock.jump(10_001);
    const next = await startTestExecutor({ kv: raw, clock: new FakeClock(clock.now()) });
    const { attempt } = await next.gates.next("a");
    assert.equal(attempt, deaths + 1, "each is another attempt");
    abandoned.push(next);
  }
  const { clock } = abandoned.at(-1) ?? first;
  clock.jump(10_001);
  const last = await startTestExecutor({ kv: raw, clock: new FakeClock(clock.now()) });
  const task = await last.ended(taskId);
  assert.equal(task.status, "failed");
  assert.equal(task.error?.stepId, null);
  assert.match(
    task.error?.message ?? "",
    /^It was given up: the process that ran it stopped, or lost the database, 10 times$/,
  );
  assert.deepEqual(statuses(task), { a: "cancelled", b: "skipped" });
  await last.kv.idle();
  assert.equal(last.gates.runs.length, 0);
  for (const each of [...abandoned, last]) await each[Symbol.asyncDispose]();
  raw.close();
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
    assert.deepEqual(await keysUnder(test.kv, prefix, taskId), []);
  }
});
