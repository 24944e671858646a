import assert from "node:assert/strict";
import { inARow, outputOf, TEXT_INPUT } from "../../helpers/definitions.ts";
import { startTestExecutor } from "../../helpers/executor.ts";

function statuses({ steps }: { readonly steps: readonly { id: string; status: string }[] }) {
  return Object.fromEntries(steps.map(({ id, status }) => [id, status]));
}

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
