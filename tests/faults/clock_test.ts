import assert from "node:assert/strict";
import { RetryableError } from "../../executor/steps/step_kind.ts";
import { assertSound, checkDatabase } from "../helpers/database_check.ts";
import { startTestExecutor } from "../helpers/executor.ts";
import { seededTest } from "../helpers/seed.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** What an executor may read in a minute in which nothing is to be done. */
const QUIET_READS = 120;

seededTest(
  "every wake-up lost: the listener's own timer finishes all tasks",
  async ({ report }) => {
    await using test = await startTestExecutor({ concurrency: 8 });
    await using deaf = await startTestExecutor({ kv: test.kv, clock: test.clock, concurrency: 0 });
    const app = await deaf.add();
    const ids: string[] = [];
    for (let i = 0; i < 30; i++) ids.push(await deaf.start(app.id));
    let seconds = 0;
    for (; seconds < 120 && test.gates.runs.length < ids.length; seconds++) {
      await test.kv.idle();
      for (const run of test.gates.runs) run.done();
      test.clock.advance(1_000);
    }
    for (const run of test.gates.runs) run.done();
    for (const id of ids) assert.equal((await test.ended(id)).status, "completed");
    assert.equal(test.gates.runs.length, ids.length, "each ran once");
    await test.kv.idle();
    await assertSound(test.kv, { now: test.clock.now(), isAtRest: true });
    report(
      `fault 2: ${ids.length} tasks without a wake-up, all completed within ${seconds} s, 0 twice`,
    );
  },
);

seededTest(
  "nothing runs for ten minutes while a wait falls due: the next sweep moves it on, once",
  async ({ report }) => {
    await using test = await startTestExecutor();
    const app = await test.add({
      steps: [{ id: "pause", kind: "wait", config: { seconds: 60 } }, {
        id: "b",
        needs: ["pause"],
      }],
    });
    const taskId = await test.start(app.id);
    await test.when(taskId, ({ steps }) => steps[0]?.resumeAt !== undefined);
    await test.kv.idle();
    test.clock.jump(10 * MINUTE_MS);
    await test.kv.idle();
    assert.equal((await test.read(taskId)).steps[0]?.status, "running", "no timer went off");
    const sweeps = [test.executor.sweep(0), test.executor.sweep(0)];
    (await test.gates.next("b")).done();
    assert.equal((await test.ended(taskId)).status, "completed");
    await Promise.all(sweeps);
    await test.kv.idle();
    assert.equal(test.gates.runs.length, 1);
    await assertSound(test.kv, { now: test.clock.now(), isAtRest: true });
    report("fault 8: 1 wait fell due while nothing ran, moved on by 2 sweeps at once, 1 run");
  },
);

for (const jump of [HOUR_MS, -HOUR_MS]) {
  const how = jump > 0 ? "forward" : "back";
  seededTest(
    `the clock jumps an hour ${how} during a wait, a retry and a lease: nothing early, nothing twice, no busy loop`,
    async ({ report }) => {
      await using test = await startTestExecutor();
      const { clock, kv, gates } = test;
      const app = await test.add({
        steps: [
          { id: "pause", kind: "wait", config: { seconds: 2 * 3_600 } },
          { id: "again", retry: { attempts: 2, backoff: 600 } },
          { id: "long", timeout: 86_400 },
        ],
      });
      const began = clock.now();
      const taskId = await test.start(app.id);
      const long = await gates.next("long");
      (await gates.next("again")).fail(new RetryableError("Not now"));
      await test.when(taskId, ({ steps }) => steps[1]?.retryAt !== undefined);
      const { steps: [, again] } = await test.read(taskId);
      await kv.idle();

      clock.jump(jump);
      const before = kv.reads;
      for (let second = 0; second < 60; second++) {
        clock.advance(1_000);
        await kv.idle();
      }
      const reads = kv.reads - before;
      assert.ok(reads <= QUIET_READS, `${reads} reads in a quiet minute`);
      assert.ok(!long.isOver, "its lease is kept");

      long.done();
      for (let minutes = 0; (await test.read(taskId)).status === "running"; minutes++) {
        assert.ok(minutes < 400, "it never ends");
        for (const run of gates.runs) if (!run.isOver && run.attempt === 2) run.done();
        clock.advance(MINUTE_MS);
        await kv.idle();
      }
      const { status, steps } = await test.read(taskId);
      assert.equal(status, "completed");
      assert.ok(Date.parse(steps[0]?.finishedAt ?? "") >= began + 2 * HOUR_MS, "the wait was kept");
      assert.ok(
        Date.parse(steps[1]?.startedAt ?? "") >= Date.parse(again?.retryAt ?? ""),
        "the pause was kept",
      );
      assert.deepEqual(gates.runs.map(({ stepId }) => stepId).toSorted(), [
        "again",
        "again",
        "long",
      ]);
      const { problems } = await checkDatabase(kv, { now: clock.now(), isAtRest: true });
      // What began before the clock went back may have ended before that, by the clock.
      const others = problems.filter((each) => jump > 0 || !each.endsWith("ended before it began"));
      assert.deepEqual(others, []);
      report(
        `fault 10: an hour ${how}: ${gates.runs.length} runs, 0 early, 0 twice, ${reads} reads a minute`,
      );
    },
  );
}
