import assert from "node:assert/strict";
import { inARow, type StepSketch } from "../helpers/definitions.ts";
import { startTestExecutor, type TestExecutor } from "../helpers/executor.ts";
import { copiedIn, forkOf, saveAgain } from "../helpers/forks.ts";
import { keysUnder, type SeenCommit } from "../helpers/kv_probe.ts";

const LONG = "long ".repeat(50_000);
const FROM_B = { from: "b", version: "latest" } as const;

/** An app of two gates, and a task of it that has ended with a long first result. */
async function parentOf(test: TestExecutor) {
  const app = await test.add({ steps: inARow("a", "b") });
  const parentId = await test.start(app.id);
  (await test.gates.next("a")).done(LONG);
  (await test.gates.next("b")).done();
  await test.ended(parentId);
  return { app, parentId };
}

/** Whether a commit accepts a task. */
function isAcceptance({ mutations }: SeenCommit): boolean {
  return mutations.some(({ key }) => key[0] === "inputs");
}

/** Does something once, just before a task is accepted. */
function beforeAcceptance(test: TestExecutor, action: () => Promise<unknown>): void {
  test.kv.hooks = {
    async onCommit(seen, commit) {
      if (!isAcceptance(seen)) return await commit();
      test.kv.hooks = {};
      await action();
      return await commit();
    },
  };
}

/** A second executor on the same database: what it commits waits for nothing of the first. */
async function elsewhere(test: TestExecutor) {
  return await startTestExecutor({ kv: test.kv, clock: test.clock, concurrency: 0 });
}

/** Keys of what tasks other than these own. */
async function strayKeys(test: TestExecutor, ...taskIds: string[]): Promise<string[]> {
  const owned = ["task", "inputs", "step", "part", "parts_before", "fork"];
  const found = await Promise.all(owned.map((prefix) => keysUnder(test.kv, prefix)));
  return found.flat().map((key) => key.join(" "))
    .filter((key) => !taskIds.some((id) => key.split(" ")[1] === id));
}

Deno.test("fork races with the deletion of its parent: no fork, and nothing left of it", async () => {
  await using test = await startTestExecutor();
  await using other = await elsewhere(test);
  const { parentId } = await parentOf(test);
  beforeAcceptance(test, () => other.executor.tasks.delete(parentId));
  assert.deepEqual(await test.executor.tasks.fork(parentId, FROM_B), { type: "unknown-task" });
  assert.deepEqual(await strayKeys(test), []);
  assert.deepEqual(test.unexpected, []);
});

Deno.test("fork races with the deletion of its parent while it copies: no fork", async () => {
  await using test = await startTestExecutor();
  await using other = await elsewhere(test);
  const { parentId } = await parentOf(test);
  test.kv.hooks = {
    async onCommit(seen, commit) {
      const result = await commit(); // the mark, before anything is read
      if (!seen.mutations.some(({ key }) => key[0] === "parts_before")) return result;
      test.kv.hooks = {};
      await other.executor.tasks.delete(parentId);
      return result;
    },
  };
  assert.deepEqual(await test.executor.tasks.fork(parentId, FROM_B), { type: "unknown-task" });
  assert.deepEqual(await strayKeys(test), []);
});

Deno.test("fork races with a save of its app: it runs the version just saved", async () => {
  await using test = await startTestExecutor();
  await using other = await elsewhere(test);
  const { app, parentId } = await parentOf(test);
  beforeAcceptance(test, () =>
    saveAgain(other, app, {
      steps: [{ id: "a", config: { text: "other" } }, { id: "b", needs: ["a"] }],
    }));
  const fork = await test.read(await forkOf(test, parentId, FROM_B));
  assert.equal(fork.app.version, app.version + 1);
  assert.deepEqual(copiedIn(fork), []);
  assert.deepEqual(await strayKeys(test, parentId, fork.id), []);
});

Deno.test("fork whose acceptance is lost is swept when a process starts", async () => {
  await using test = await startTestExecutor();
  const { parentId } = await parentOf(test);
  test.kv.hooks = {
    onCommit: (seen, commit) => isAcceptance(seen) ? Promise.reject(new Error("gone")) : commit(),
  };
  await assert.rejects(test.executor.tasks.fork(parentId, FROM_B), /gone/);
  test.kv.hooks = {};
  const left = await strayKeys(test, parentId);
  for (const prefix of ["part ", "step ", "parts_before "]) {
    assert.ok(left.some((key) => key.startsWith(prefix)), prefix);
  }
  await using _next = await elsewhere(test);
  assert.deepEqual(await strayKeys(test, parentId), []);
});

Deno.test("fork whose acceptance was applied although it threw is one fork", async () => {
  await using test = await startTestExecutor();
  const { parentId } = await parentOf(test);
  test.kv.hooks = {
    async onCommit(seen, commit) {
      const result = await commit();
      if (!isAcceptance(seen)) return result;
      test.kv.hooks = {};
      throw new Error("no answer");
    },
  };
  const forkId = await forkOf(test, parentId, FROM_B);
  (await test.gates.next("b")).done();
  const fork = await test.ended(forkId);
  assert.equal(fork.steps[0]?.output, LONG);
  assert.equal((await test.executor.tasks.list({ limit: 5 })).rows.length, 2);
});

Deno.test("fork copies a hundred results of the longest that stay in their records", async () => {
  await using test = await startTestExecutor();
  const wide: StepSketch[] = Array.from({ length: 99 }, (_, i) => ({ id: `s${i}` }));
  const app = await test.add({ steps: [...wide, { id: "last", needs: wide.map(({ id }) => id) }] });
  const parentId = await test.start(app.id);
  for (const { id } of wide) (await test.gates.next(id)).done("x".repeat(16_000));
  (await test.gates.next("last")).done();
  await test.ended(parentId);
  const forkId = await forkOf(test, parentId, { from: "last" });
  (await test.gates.next("last")).done();
  const fork = await test.ended(forkId);
  assert.equal(copiedIn(fork).length, 99);
  assert.ok(fork.steps.slice(0, 99).every(({ output }) => output === "x".repeat(16_000)));
});
