import assert from "node:assert/strict";
import type { TaskJson } from "../../../executor/mod.ts";
import { outputOf, TEXT_INPUT } from "../../helpers/definitions.ts";
import { startTestExecutor, type TestExecutor } from "../../helpers/executor.ts";
import { type Fault, faultAt, FAULTS } from "../../helpers/fault_kv.ts";
import { dueItems, keysUnder, turn } from "../../helpers/kv_probe.ts";

/** Just too long for the record that names it. */
const LONG = "a long text, ".repeat(1_300);

/** A task with everything that commits: long inputs, parallel steps, a wait, streams, long outputs. */
const SKETCH = {
  inputs: [TEXT_INPUT],
  steps: [
    { id: "a", config: { text: "{{ inputs.text }}" } },
    { id: "b", needs: ["a"] },
    { id: "c", needs: ["a"] },
    { id: "pause", kind: "wait", config: { seconds: 5 }, needs: ["b", "c"] },
    { id: "d", needs: ["pause"] },
  ],
  outputs: [outputOf("a", "markdown"), outputOf("d"), outputOf("b", "json")],
};

/** Lets every run do its work until the task has ended; time passes where nothing else does. */
async function runToEnd(test: TestExecutor, taskId: string): Promise<TaskJson> {
  for (let done = 0, idle = 0; idle < 60;) {
    await test.kv.idle();
    const row = await test.executor.tasks.readRow(taskId);
    if (row?.status !== "running") return await test.read(taskId);
    const fresh = test.gates.runs.slice(done);
    done += fresh.length;
    for (const run of fresh) {
      run.write(`${run.stepId} says ${"much ".repeat(600)}`);
      run.done(run.stepId === "a" ? LONG : { from: run.stepId });
    }
    idle = fresh.length === 0 ? idle + 1 : 0;
    if (fresh.length === 0) test.clock.advance(1_000);
    await turn();
  }
  throw new Error(`The task is stuck: ${JSON.stringify((await test.read(taskId)).steps)}`);
}

/** What has to be the same, whatever went wrong on the way. */
function essence({ status, steps, outputs, error, progress, inputs }: TaskJson) {
  return {
    status,
    error,
    progress,
    inputs,
    outputs,
    steps: steps.map(({ id, status, output, error, attempt }) => ({
      id,
      status,
      attempt,
      output: id === "pause" ? null : output,
      error,
    })),
  };
}

async function startAnyway(test: TestExecutor, appId: string): Promise<string> {
  const inputs = { text: LONG };
  try {
    return await test.start(appId, inputs);
  } catch {
    const { rows } = await test.executor.tasks.list({ limit: 10 });
    assert.deepEqual(rows, [], "a task whose start failed is not there");
    return await test.start(appId, inputs); // as a person would
  }
}

async function scenario(spoil: { point: number; fault: Fault } | null, isQueued: boolean) {
  await using test = await startTestExecutor();
  await using accepting = await startTestExecutor({
    kv: test.kv,
    clock: test.clock,
    concurrency: 0,
  });
  const app = await test.add(SKETCH);
  await test.kv.idle();
  const before = test.kv.commits.length;
  if (spoil !== null) test.kv.hooks = faultAt(spoil.point, spoil.fault);
  const taskId = await startAnyway(isQueued ? accepting : test, app.id);
  await test.executor.sweep(0);
  const ended = await runToEnd(test, taskId);
  test.kv.hooks = {};
  await test.kv.idle();
  assert.deepEqual(await dueItems(test.kv), [], "nothing is left in the queue");
  assert.deepEqual(await keysUnder(test.kv, "tasks_in"), [["tasks_in", ended.status, taskId]]);
  if (spoil === null) {
    assert.deepEqual(await keysUnder(test.kv, "text"), [], "nothing is left over");
  }
  return { task: essence(ended), commits: test.kv.commits.length - before };
}

for (const isQueued of [false, true]) {
  const how = isQueued ? "queued by another process" : "run where it was accepted";
  Deno.test(`a commit that throws, applied or not, changes nothing of how a task ends, ${how}`, async () => {
    const clean = await scenario(null, isQueued);
    assert.equal(clean.task.status, "completed");
    const wrong: string[] = [];
    for (let point = 1; point <= clean.commits; point++) {
      for (const fault of FAULTS) {
        try {
          const { task } = await scenario({ point, fault }, isQueued);
          assert.deepEqual(task, clean.task);
        } catch (error) {
          wrong.push(`commit ${point} ${fault}: ${String(error).slice(0, 900)}`);
        }
      }
    }
    assert.deepEqual(wrong, []);
  });
}

Deno.test("a heartbeat whose commit throws keeps the task, applied or not", async () => {
  for (const fault of FAULTS) {
    await using test = await startTestExecutor();
    const app = await test.add();
    const taskId = await test.start(app.id);
    const run = await test.gates.next();
    test.kv.hooks = faultAt(1, fault);
    test.clock.advance(3_000);
    await test.kv.idle();
    assert.ok(!run.signal.aborted);
    for (let i = 0; i < 4; i++) {
      test.clock.advance(3_000);
      await test.kv.idle();
    }
    assert.ok(!run.signal.aborted, "the next heartbeats succeed");
    run.done();
    assert.equal((await test.ended(taskId)).status, "completed");
    await test.kv.idle();
    assert.deepEqual(await dueItems(test.kv), []);
    assert.equal(test.gates.runs.length, 1);
  }
});

Deno.test("a task whose commits fail for a while goes on when the database is back", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ outputs: [outputOf("only")] });
  const taskId = await test.start(app.id);
  const run = await test.gates.next();
  test.kv.hooks = { onCommit: () => Promise.reject(new Error("database is locked")) };
  run.done("lost");
  await test.kv.idle();
  assert.equal((await test.read(taskId)).status, "running");
  test.kv.hooks = {};
  for (let second = 0; second < 20 && test.gates.runs.length === 1; second++) {
    test.clock.advance(1_000);
    await test.kv.idle();
  }
  (await test.gates.next()).done("again");
  const task = await test.ended(taskId);
  assert.equal(task.outputs[0]?.value, "again");
  await test.kv.idle();
  assert.deepEqual(await dueItems(test.kv), []);
});
