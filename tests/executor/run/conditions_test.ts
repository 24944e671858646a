import assert from "node:assert/strict";
import { outputOf, TEXT_INPUT } from "../../helpers/definitions.ts";
import { startTestExecutor } from "../../helpers/executor.ts";
import { transitionsOf } from "../../helpers/kv_probe.ts";

const TWO_WAYS = {
  inputs: [TEXT_INPUT],
  steps: [
    { id: "score" },
    { id: "praise", when: "steps.score.output >= 3" },
    { id: "doubt", when: "steps.score.output < 3" },
    { id: "thanks", needs: ["praise"] },
    { id: "end", needs: ["thanks", "doubt"] },
  ],
  outputs: [{
    name: "o",
    label: "O",
    type: "text",
    template: "[{{ steps.praise.output }}][{{ steps.doubt.output }}]",
  }],
};

Deno.test("a step whose condition does not hold is skipped, and what needs only it", async () => {
  await using test = await startTestExecutor();
  const app = await test.add(TWO_WAYS);
  const taskId = await test.start(app.id);
  const before = test.kv.commits.length;
  (await test.gates.next("score")).done(2);
  (await test.gates.next("doubt")).done("hm");
  (await test.gates.next("end")).done();
  const task = await test.ended(taskId);
  assert.equal(task.status, "completed");
  assert.deepEqual(task.steps.map(({ id, status, reason }) => [id, status, reason]), [
    ["score", "completed", undefined],
    ["praise", "skipped", "condition"],
    ["doubt", "completed", undefined],
    ["thanks", "skipped", "needs"],
    ["end", "completed", undefined],
  ]);
  assert.equal(task.outputs[0]?.value, "[][hm]");
  assert.deepEqual(task.progress, { step: 5, total: 5, completed: 5 });
  assert.equal(test.gates.runs.length, 3);
  const commits = transitionsOf(test.kv.commits.slice(before), taskId);
  assert.equal(commits.length, 3, "skipping takes no commit of its own");
});

Deno.test("a condition over inputs alone is judged when the task is accepted", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({
    inputs: [TEXT_INPUT],
    steps: [{ id: "only", when: 'inputs.text == "go"' }],
    outputs: [outputOf("only")],
  });
  const idle = await test.ended(await test.start(app.id, { text: "stay" }));
  assert.equal(idle.status, "completed");
  assert.equal(idle.steps[0]?.reason, "condition");
  const taskId = await test.start(app.id, { text: "go" });
  (await test.gates.next()).done("gone");
  assert.equal((await test.ended(taskId)).outputs[0]?.value, "gone");
});

Deno.test("a condition is judged the same after a crash", async () => {
  const kv = await Deno.openKv(":memory:");
  {
    await using first = await startTestExecutor({ kv });
    const app = await first.add(TWO_WAYS);
    const taskId = await first.start(app.id);
    (await first.gates.next("score")).done(5);
    await first.gates.next("praise");
    first.clock.jump(60_000); // it does not get to its heartbeat
    await using second = await startTestExecutor({ kv, clock: first.clock });
    second.executor.sweep(0);
    (await second.gates.next("praise")).done("well");
    (await second.gates.next("thanks")).done();
    (await second.gates.next("end")).done();
    const task = await second.ended(taskId);
    assert.equal(task.outputs[0]?.value, "[well][]");
    assert.equal(task.steps[2]?.reason, "condition");
  }
  kv.close();
});

Deno.test("a condition that cannot be judged fails its step", async () => {
  await using test = await startTestExecutor();
  const endless = "steps.score.output | sort | sort | sort | sort | sort";
  const app = await test.add({
    steps: [{ id: "score" }, { id: "next", when: endless, onError: "continue" }],
  });
  const taskId = await test.start(app.id);
  (await test.gates.next("score")).done(Array.from({ length: 300_000 }, (_, i) => [i]));
  const task = await test.ended(taskId);
  assert.equal(task.status, "completed");
  const [, next] = task.steps;
  assert.deepEqual([next?.status, next?.attempt, next?.isTolerated], ["failed", 1, true]);
  assert.match(next?.error ?? "", /too much to do|takes (too long|longer than)/);
});

Deno.test("a tolerated failure is told to the steps after it, also those run later", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({
    steps: [
      { id: "risky", onError: "continue" },
      { id: "repair", when: "steps.risky.error", config: { why: "{{ steps.risky.error }}" } },
      { id: "use", config: { text: "<{{ steps.risky.output }}>" } },
      { id: "after", needs: ["use"], config: { why: "{{ steps.risky.error }}" } },
    ],
  });
  const taskId = await test.start(app.id);
  (await test.gates.next("risky")).fail();
  const repair = await test.gates.next("repair");
  assert.deepEqual(repair.config, { why: 'Cannot do "risky": it was told to fail' });
  repair.done();
  const use = await test.gates.next("use");
  assert.deepEqual(use.config, { text: "<>" });
  use.wait(test.clock.now() + 60_000);
  await test.when(taskId, ({ steps }) => steps[2]?.resumeAt !== undefined);
  await test.kv.idle();
  test.clock.advance(60_000);
  (await test.gates.next("use")).done();
  const after = await test.gates.next("after");
  assert.deepEqual(after.config, { why: 'Cannot do "risky": it was told to fail' });
  after.done();
  const task = await test.ended(taskId);
  assert.equal(task.status, "completed");
  const [risky] = task.steps;
  assert.deepEqual([risky?.status, risky?.isTolerated], ["failed", true]);
  assert.equal(risky?.output, undefined);
  assert.deepEqual(task.progress, { step: 4, total: 4, completed: 4 });
});
