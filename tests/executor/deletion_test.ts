import assert from "node:assert/strict";
import { outputOf, TEXT_INPUT } from "../helpers/definitions.ts";
import { createGates } from "../helpers/gates.ts";
import { startTestExecutor, startTwo, type TestExecutor } from "../helpers/executor.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
const LONG = "long ".repeat(30_000);

/** Keys below anything but apps and the executor itself: what tasks own. */
async function ownedKeys({ kv }: TestExecutor): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of kv.list({ prefix: [] })) {
    if (!["app", "app_version", "seeded", "started"].includes(String(key[0]))) {
      found.push(key.join(" "));
    }
  }
  return found;
}

async function completed(test: TestExecutor, appId: string): Promise<string> {
  const taskId = await test.start(appId, { text: LONG });
  const run = await test.gates.next("only");
  run.write("some text");
  run.done(LONG);
  await test.ended(taskId);
  return taskId;
}

Deno.test("delete removes everything a task owns, long bodies and streamed text as well", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ inputs: [TEXT_INPUT], outputs: [outputOf("only")] });
  const taskId = await completed(test, app.id);
  assert.ok((await ownedKeys(test)).length > 8);
  assert.equal(await test.executor.tasks.delete(taskId), "deleted");
  assert.deepEqual(await ownedKeys(test), []);
  assert.equal(await test.executor.tasks.read(taskId), null);
  assert.equal(await test.executor.tasks.delete(taskId), "unknown-task");
});

Deno.test("delete leaves a task that runs as it is", async () => {
  await using test = await startTestExecutor();
  const app = await test.add();
  const taskId = await test.start(app.id);
  assert.equal(await test.executor.tasks.delete(taskId), "running");
  (await test.gates.next()).done();
  assert.equal((await test.ended(taskId)).status, "completed");
});

Deno.test("delete races with the closing of a cancelled task's last attempt: it is deleted all the same", async () => {
  await using test = await startTestExecutor({ gates: createGates({ onAbort: "ignore" }) });
  await using elsewhere = await startTestExecutor({ kv: test.kv, clock: test.clock });
  const app = await test.add();
  const taskId = await test.start(app.id);
  const run = await test.gates.next();
  await test.executor.tasks.cancel(taskId);
  elsewhere.kv.hooks = {
    async onCommit(_seen, commit) {
      elsewhere.kv.hooks = {};
      run.done();
      await test.closed(taskId);
      return await commit();
    },
  };
  assert.equal(await elsewhere.executor.tasks.delete(taskId), "deleted");
  assert.equal(await test.executor.tasks.read(taskId), null);
});

Deno.test("delete of the last task of a deleted app removes the app's versions", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ inputs: [TEXT_INPUT] });
  const tasks = [await completed(test, app.id), await completed(test, app.id)];
  await test.executor.apps.delete(app.id);
  const versions = async () => (await test.kv.getMany([["app_version", app.id, app.version]]))[0];
  await test.executor.tasks.delete(tasks[0] ?? "");
  assert.notEqual((await versions())?.versionstamp, null);
  await test.executor.tasks.delete(tasks[1] ?? "");
  assert.equal((await versions())?.versionstamp, null);
});

Deno.test("delete that a crash cut short is finished by the next sweep", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ inputs: [TEXT_INPUT] });
  const taskId = await completed(test, app.id);
  let commits = 0;
  test.kv.hooks = {
    onCommit: (_, commit) => ++commits > 1 ? Promise.reject(new Error("gone")) : commit(),
  };
  assert.equal(await test.executor.tasks.delete(taskId), "deleted");
  assert.match(String(test.unexpected), /gone/);
  test.kv.hooks = {};
  assert.equal(await test.executor.tasks.read(taskId), null, "it is out of sight");
  assert.ok((await ownedKeys(test)).length > 0);
  await test.executor.sweep(0);
  assert.deepEqual(await ownedKeys(test), []);
});

Deno.test("delete cleans up after its own task, not after those that others have left", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ inputs: [TEXT_INPUT] });
  const [left, own] = [await completed(test, app.id), await completed(test, app.id)];
  let commits = 0;
  test.kv.hooks = {
    onCommit: (_, commit) => ++commits > 1 ? Promise.reject(new Error("gone")) : commit(),
  };
  await test.executor.tasks.delete(left);
  test.kv.hooks = {};
  await test.executor.tasks.delete(own);
  const keys = await ownedKeys(test);
  assert.ok(keys.length > 0);
  assert.deepEqual(keys.filter((key) => !key.includes(left)), []);
});

Deno.test("sweep deletes what ended and is older than the retention, and nothing else", async () => {
  await using test = await startTestExecutor({ retentionDays: 30 });
  const app = await test.add({ inputs: [TEXT_INPUT] });
  const old = [await completed(test, app.id), await completed(test, app.id)];
  const running = await test.start(app.id);
  await test.gates.next("only");
  test.clock.advance(20 * DAY_MS);
  const young = await completed(test, app.id);
  test.clock.advance(10 * DAY_MS + 1);
  await test.executor.sweep(0);
  const rows = (await test.executor.tasks.list({ limit: 10 })).rows.map(({ id }) => id);
  assert.deepEqual(rows, [young, running]);
  for (const id of old) assert.equal(await test.executor.tasks.read(id), null);
});

Deno.test("sweep goes on where more is old than is deleted at one go", async () => {
  await using test = await startTestExecutor({ retentionDays: 1 });
  const app = await test.add({ steps: [{ id: "only", kind: "template", config: { text: "x" } }] });
  const ids = await Promise.all(Array.from({ length: 501 }, () => test.start(app.id)));
  for (const id of ids) assert.equal((await test.ended(id)).status, "completed");
  await test.kv.idle();
  test.clock.advance(2 * DAY_MS);
  await test.executor.sweep(0);
  assert.deepEqual((await test.executor.tasks.list({ limit: 1 })).rows, []);
  assert.deepEqual(await ownedKeys(test), []);
});

Deno.test("sweep: deletions that cannot be read or fail hold up no other", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ inputs: [TEXT_INPUT] });
  const tasks = [];
  for (let i = 0; i < 3; i++) tasks.push(await completed(test, app.id));
  const [bad = "", failing = "", good = ""] = tasks;
  test.kv.hooks = {
    onCommit: (seen, commit) =>
      seen.mutations.some(({ key }) => key[0] === "task" || key[0] === "tasks")
        ? commit()
        : Promise.reject(new Error("gone")),
  };
  for (const taskId of tasks) await test.executor.tasks.delete(taskId);
  test.kv.hooks = {
    onCommit: (seen, commit) =>
      seen.mutations.some(({ key }) => key.includes(failing))
        ? Promise.reject(new Error("gone"))
        : commit(),
  };
  const spoilt = test.kv.atomic();
  spoilt.set(["deletion", bad], "nonsense");
  await spoilt.commit();
  await test.executor.sweep(0);
  const left = await ownedKeys(test);
  assert.ok(left.length > 0);
  assert.deepEqual(left.filter((key) => !key.includes(failing)), [], `${bad} and ${good} are gone`);
  test.kv.hooks = {};
  await test.executor.sweep(0);
  assert.deepEqual(await ownedKeys(test), []);
});

Deno.test("sweep deletes what is old also where one of the tasks cannot be read", async () => {
  await using test = await startTestExecutor({ retentionDays: 1 });
  const app = await test.add({ inputs: [TEXT_INPUT] });
  const [broken, left] = [await completed(test, app.id), await completed(test, app.id)];
  let commits = 0;
  test.kv.hooks = {
    onCommit: (_, commit) => ++commits > 1 ? Promise.reject(new Error("gone")) : commit(),
  };
  await test.executor.tasks.delete(left);
  test.kv.hooks = {};
  const spoilt = test.kv.atomic();
  spoilt.set(["task", broken], "nonsense");
  await spoilt.commit();
  const young = await completed(test, app.id);
  test.clock.advance(2 * DAY_MS);
  await test.executor.sweep(0);
  const keys = await ownedKeys(test);
  assert.deepEqual(keys.filter((key) => key.includes(left) || key.includes(young)), []);
  assert.match(String(test.unexpected), /Cannot read task/);
  assert.ok(keys.length > 0, "what cannot be read stays");
});

Deno.test("a task that is deleted while it is read is no task, not an error", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ inputs: [TEXT_INPUT], outputs: [outputOf("only")] });
  const { tasks } = test.executor;
  const readings = {
    read: (id: string) => tasks.read(id),
    readJson: (id: string) => tasks.readJson(id),
    readInputs: (id: string) => tasks.readInputs(id),
    readOutput: (id: string) => tasks.readOutput(id, "of_only"),
  };
  for (const [name, read] of Object.entries(readings)) {
    let last = false;
    let interrupted = 0;
    for (let point = 1; !last; point++) {
      const taskId = await completed(test, app.id);
      const getsAfter = deleteAfterGet(test, point, () => tasks.delete(taskId));
      const result = await read(taskId);
      last = getsAfter() <= 0; // It was over before, or with this very reading.
      if (last) continue;
      assert.equal(result, null, `${name}, deleted after reading ${point}`);
      interrupted++;
    }
    assert.ok(interrupted > 0, name);
  }
});

/** Deletes after so many single readings; how many followed is told at the end. */
function deleteAfterGet({ kv }: TestExecutor, point: number, remove: () => Promise<unknown>) {
  const get = kv.get.bind(kv);
  let count = 0;
  kv.get = async (key) => {
    const result = await get(key);
    if (++count !== point) return result;
    kv.get = get;
    await remove();
    kv.get = (key) => {
      count++;
      return get(key);
    };
    return result;
  };
  return () => {
    kv.get = get;
    return count - point;
  };
}

Deno.test("sweep deletes what is old also behind rows that cannot be read", async () => {
  await using test = await startTestExecutor({ retentionDays: 1 });
  const app = await test.add({ inputs: [TEXT_INPUT] });
  const spoilt = test.kv.atomic();
  for (let i = 0; i < 120; i++) {
    spoilt.set(["tasks", `tsk_${String(i).padStart(26, "0")}`], "nonsense");
  }
  await spoilt.commit();
  const old = await completed(test, app.id);
  test.clock.advance(2 * DAY_MS);
  await test.executor.sweep(0);
  assert.equal(await test.executor.tasks.read(old), null);
});

Deno.test("delete of a task whose attempts are being stopped leaves neither text nor slot", async () => {
  const gates = createGates({ onAbort: "ignore" });
  await using test = await startTestExecutor({ gates });
  const app = await test.add({ concurrency: 1 });
  const [taskId, waiting] = await startTwo(test, app.id);
  const run = await gates.next();
  await test.kv.idle();
  run.write("written and not yet stored");
  assert.equal(await test.executor.tasks.cancel(taskId), "cancelled");
  assert.equal(await test.executor.tasks.delete(taskId), "deleted");
  assert.equal(gates.runs.length, 1, "its slot is still held");
  run.done();
  assert.equal((await gates.next()).taskId, waiting);
  await test.kv.idle();
  assert.deepEqual((await ownedKeys(test)).filter((key) => key.includes(taskId)), []);
});

Deno.test("delete whose commit was applied and threw has deleted the task", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ inputs: [TEXT_INPUT] });
  const taskId = await completed(test, app.id);
  test.kv.hooks = {
    async onCommit(_seen, commit) {
      test.kv.hooks = {};
      await commit();
      throw new Error("no answer");
    },
  };
  assert.equal(await test.executor.tasks.delete(taskId), "deleted");
  assert.deepEqual(await ownedKeys(test), []);
});
