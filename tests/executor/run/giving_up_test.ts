import assert from "node:assert/strict";
import { inARow } from "../../helpers/definitions.ts";
import { startTestExecutor } from "../../helpers/executor.ts";
import { dueItems } from "../../helpers/kv_probe.ts";

Deno.test("an error that is no step's is no crash: the task is tried again, then fails with a reference", async () => {
  const kv = await Deno.openKv(":memory:");
  {
    await using first = await startTestExecutor({ kv, concurrency: 0 });
    const { clock } = first;
    const app = await first.add();
    const taskId = await first.start(app.id);
    await kv.set(["step", taskId, "only"], { nonsense: true });
    await using test = await startTestExecutor({ kv, clock });
    for (const [errors, pause] of [[1, 1_000], [2, 2_000], [3, 4_000], [4, 8_000]] as const) {
      await test.kv.idle();
      assert.equal(test.unexpected.length, errors);
      assert.deepEqual(await dueItems(kv), [{
        vestAt: clock.now() + pause,
        taskId,
        value: { status: "ready", crashes: 0, errors },
      }]);
      clock.advance(pause);
    }
    await test.kv.idle();
    const row = await test.executor.tasks.readRow(taskId);
    assert.equal(row?.status, "failed");
    const { value } = await kv.get(["task", taskId]);
    assert.match(
      JSON.stringify(value),
      /It was given up after 5 errors nobody expected\. The log has the last as \w+/,
    );
    assert.deepEqual(await dueItems(kv), []);
    assert.equal(test.unexpected.length, 5);
  }
  kv.close();
});

Deno.test("a task whose error goes away goes on", async () => {
  const kv = await Deno.openKv(":memory:");
  {
    await using first = await startTestExecutor({ kv, concurrency: 0 });
    const { clock } = first;
    const app = await first.add();
    const taskId = await first.start(app.id);
    await kv.set(["step", taskId, "only"], { nonsense: true });
    await using test = await startTestExecutor({ kv, clock });
    await test.kv.idle();
    await kv.delete(["step", taskId, "only"]);
    clock.advance(1_000);
    (await test.gates.next()).done();
    assert.equal((await test.ended(taskId)).status, "completed");
  }
  kv.close();
});

Deno.test("a commit that fails every time is an error of the run, and its task ends", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ steps: inARow("a", "b") });
  const taskId = await test.start(app.id);
  test.kv.hooks = {
    onCommit: (seen, commit) =>
      seen.mutations.some(({ key }) => key[0] === "step")
        ? Promise.reject(new TypeError("Value too large (max 65536 bytes)"))
        : commit(),
  };
  for (let errors = 0; errors < 5; errors++) {
    (await test.gates.next("a")).done();
    await test.kv.idle();
    test.clock.advance(16_000);
  }
  const task = await test.ended(taskId);
  assert.match(task.error?.message ?? "", /^It was given up after 5 errors nobody expected/);
});
