import assert from "node:assert/strict";
import { inARow } from "../../helpers/definitions.ts";
import { startTestExecutor } from "../../helpers/executor.ts";

Deno.test("readJson while a step completes gives no result to a step that still runs", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ steps: inARow("a", "b") });
  const taskId = await test.start(app.id);
  const run = await test.gates.next("a");
  await test.kv.idle();
  const reached = Promise.withResolvers<void>();
  const completed = Promise.withResolvers<void>();
  let reads = 0;
  // The record has been read, the steps have not.
  test.kv.hooks = {
    onRead: async () => {
      if (++reads !== 2) return;
      reached.resolve();
      await completed.promise;
    },
  };
  const reading = test.read(taskId);
  await reached.promise;
  run.done("of a");
  await test.gates.next("b");
  completed.resolve();
  const [a] = (await reading).steps;
  assert.deepEqual([a?.status, a?.output], ["running", undefined]);
  const [later] = (await test.read(taskId)).steps;
  assert.deepEqual([later?.status, later?.output], ["completed", "of a"]);
});
