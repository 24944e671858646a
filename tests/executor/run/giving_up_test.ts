import assert from "node:assert/strict";
import { inARow } from "../../helpers/definitions.ts";
import { startTestExecutor } from "../../helpers/executor.ts";
import { dueItems } from "../../helpers/kv_probe.ts";
import { MAX_CRASHES } from "../../../executor/run/context.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";

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

function statuses({ steps }: { readonly steps: readonly { id: string; status: string }[] }) {
  return Object.fromEntries(steps.map(({ id, status }) => [id, status]));
}

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
