import assert from "node:assert/strict";
import { inARow, outputOf, TEXT_INPUT } from "../../helpers/definitions.ts";
import { startTestExecutor } from "../../helpers/executor.ts";
import { UNKNOWN_TASK } from "../../helpers/unknown_ids.ts";

const INPUTS = [TEXT_INPUT, { name: "sure", label: "Sure", type: "checkbox" }];

Deno.test("read gives everything a page shows of a task, as excerpts", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({
    description: "What it does",
    inputs: INPUTS,
    steps: [
      {
        id: "a",
        config: { text: "Say {{ inputs.text }}", deep: { list: [1, "{{ inputs.sure }}"] } },
      },
      ...inARow("b").map((step) => ({ ...step, needs: ["a"] })),
    ],
    outputs: [outputOf("a"), outputOf("b", "json")],
  });
  const long = "x".repeat(10_000);
  const taskId = await test.start(app.id, { text: long });
  const early = await test.executor.tasks.read(taskId);
  assert.equal(early?.description, "What it does");
  assert.deepEqual(early?.levels, [["a"], ["b"]]);
  assert.deepEqual(early?.inputs.map(({ label, value }) => [label, value.length, value.isCut]), [
    ["Text", 10_000, true],
    ["Sure", 2, false],
  ]);
  assert.equal(early?.inputs[1]?.value.text, "No");
  const [given] = early?.steps[0]?.given ?? [];
  assert.equal(given?.value.length, 10_004);
  assert.equal(given?.value.text.length, 4_000);
  assert.equal(
    early?.steps[0]?.given?.[1]?.value.text,
    '{\n  "list": [\n    1,\n    "false"\n  ]\n}',
  );
  assert.equal(early?.steps[1]?.given, null, "what it will be given is not known yet");
  assert.deepEqual(early?.steps[1]?.needs, [1]);
  assert.deepEqual(early?.outputs, []);

  (await test.gates.next("a")).done(long, { inputTokens: 1, outputTokens: 2 });
  (await test.gates.next("b")).done({ x: [1] }, { inputTokens: 3, outputTokens: 4 });
  await test.ended(taskId);
  const late = await test.executor.tasks.read(taskId, early);
  assert.deepEqual(late?.steps[0]?.result, {
    format: "text",
    value: { text: "x".repeat(4_000), length: 10_000, isCut: true },
  });
  assert.equal(late?.steps[1]?.result?.format, "json");
  assert.deepEqual(late?.usage, { inputTokens: 4, outputTokens: 6 });
  assert.deepEqual(late?.outputs.map(({ name, value }) => [name, value.text.length, value.isCut]), [
    ["of_a", 10_000, false],
    ["of_b", 9, false],
  ]);
  assert.deepEqual(late, await test.executor.tasks.read(taskId), "as if it were read afresh");
});

Deno.test("read from an earlier reading equals a fresh one, at every change of a task", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({
    inputs: INPUTS,
    steps: [
      { id: "a", config: { x: "{{ inputs.text }}" } },
      { id: "b", config: { x: "{{ steps.a.output }}" } },
      { id: "c" },
      { id: "pause", kind: "wait", config: { seconds: 1 }, needs: ["b"] },
      { id: "d", needs: ["pause", "c"], config: { x: "{{ steps.pause.output }}" } },
    ],
    outputs: [outputOf("d")],
  });
  const taskId = await test.start(app.id, { text: "hello" });
  const { read } = test.executor.tasks;
  let previous = await read(taskId);
  const compare = async () => {
    await test.kv.idle();
    const next = await read(taskId, previous);
    assert.deepEqual(next, await read(taskId));
    previous = next;
  };
  await compare();
  const a = await test.gates.next("a");
  a.write("so far");
  await compare();
  a.done("from a");
  const b = await test.gates.next("b");
  await compare();
  b.done();
  await compare();
  test.clock.advance(1_000);
  await compare();
  const c = await test.gates.next("c");
  c.write("said");
  await compare();
  c.done({ x: 1 });
  const d = await test.gates.next("d");
  await compare();
  d.write("before it broke");
  d.fail();
  await compare();
  assert.equal(previous?.status, "failed");
  assert.equal(previous?.steps[4]?.error, 'Cannot do "d": it was told to fail');
  assert.equal(previous?.steps[4]?.written?.text, "before it broke");
});

Deno.test("read of a step whose config cannot be rendered says so by its error", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({
    inputs: [TEXT_INPUT],
    steps: [{ id: "a", config: { x: "{{ inputs.text | date: inputs.text | slice: 'x' }}" } }, {
      id: "b",
      config: { x: "{% for i in (1..9000000) %}{{ i }}{% endfor %}" },
    }],
  });
  const taskId = await test.start(app.id, { text: "x" });
  const task = await test.ended(taskId);
  assert.equal(task.status, "failed");
  const detail = await test.executor.tasks.read(taskId);
  const failed = detail?.steps.find(({ state }) => state.status === "failed");
  assert.ok(failed?.error);
  assert.doesNotMatch(failed.error, /nobody expected/);
});

Deno.test("read of a task that failed at an output gives the output's label", async () => {
  await using test = await startTestExecutor();
  const output = { name: "facts", label: "All the facts", type: "json", template: "none" };
  const app = await test.add({ outputs: [output] });
  const taskId = await test.start(app.id);
  assert.equal((await test.executor.tasks.read(taskId))?.failedOutput, null);
  (await test.gates.next()).done();
  await test.ended(taskId);
  assert.equal((await test.executor.tasks.read(taskId))?.failedOutput, "All the facts");
});

Deno.test("read of a task that is not there is null", async () => {
  await using test = await startTestExecutor();
  const { tasks } = test.executor;
  assert.equal(await tasks.read(UNKNOWN_TASK), null);
  assert.equal(await tasks.readJson(UNKNOWN_TASK), null);
  assert.equal(await tasks.readRow(UNKNOWN_TASK), null);
  assert.equal(await tasks.readOutput(UNKNOWN_TASK, "x"), null);
});
