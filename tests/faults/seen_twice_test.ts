import assert from "node:assert/strict";
import { assertSound } from "../helpers/database_check.ts";
import { inARow } from "../helpers/definitions.ts";
import { startTestExecutor, type TestExecutor } from "../helpers/executor.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { stepEnds } from "../helpers/kept_once.ts";
import { seededTest } from "../helpers/seed.ts";

const ROUNDS = 15;
const MAX_TASKS = 6;

/** When the second of two processes that saw the same items asks for them. */
const MOMENTS = ["at once", "while they run", "after their end", "after their deletion"] as const;
type Moment = typeof MOMENTS[number];

seededTest(
  "two processes see the same items of the queue, and one asks at once or later: each step is kept once",
  async ({ random, report }) => {
    const counts = { runs: 0, items: 0, refused: 0, steps: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      for (const moment of MOMENTS) {
        const tasks = 1 + Math.floor(random() * MAX_TASKS);
        const { refused, steps } = await race(moment, { tasks, isFirstLate: random() < 0.5 });
        counts.runs++;
        counts.items += tasks;
        counts.refused += refused;
        counts.steps += steps;
      }
    }
    report(
      `fault 3: ${counts.runs} runs, ${counts.items} items seen twice, ` +
        `${counts.refused} commits refused, ${counts.steps} steps kept, 0 run or kept twice`,
    );
  },
);

interface Race {
  readonly tasks: number;
  readonly isFirstLate: boolean;
}

async function race(moment: Moment, { tasks, isFirstLate }: Race) {
  const raw = await Deno.openKv(":memory:");
  try {
    const clock = new FakeClock();
    await using accepting = await startTestExecutor({ kv: raw, clock, concurrency: 0 });
    await using first = await startTestExecutor({ kv: raw, clock, concurrency: MAX_TASKS });
    await using second = await startTestExecutor({ kv: raw, clock, concurrency: MAX_TASKS });
    const [late, early] = isFirstLate ? [first, second] : [second, first];
    const app = await accepting.add({ steps: inARow("a", "b") });
    const ids: string[] = [];
    for (let i = 0; i < tasks; i++) ids.push(await accepting.start(app.id));

    const letGo = holdUp([early, late]);
    const sweeps = [early.executor.sweep(0), late.executor.sweep(0)];
    await early.kv.idle();
    await late.kv.idle(); // both have seen all items, and neither has any
    letGo(early);
    if (moment !== "at once") await early.kv.idle();
    if (moment === "after their end" || moment === "after their deletion") {
      await finish([early], accepting, ids);
    }
    if (moment === "after their deletion") {
      for (const id of ids) assert.equal(await accepting.executor.tasks.delete(id), "deleted");
    }
    letGo(late);
    await finish([early, late], accepting, ids);
    await Promise.all(sweeps);
    await late.kv.idle();

    const runs = [first, second].flatMap(({ gates }) => gates.runs);
    const seen = runs.map(({ taskId, stepId }) => `${taskId}.${stepId}`).toSorted();
    assert.deepEqual(seen, ids.flatMap((id) => [`${id}.a`, `${id}.b`]).toSorted(), moment);
    if (moment !== "at once") assert.deepEqual(late.gates.runs, [], `${moment}: it came too late`);
    const { count, twice } = stepEnds([...first.kv.commits, ...second.kv.commits]);
    assert.deepEqual(twice, []);
    await assertSound(raw, { now: clock.now(), isAtRest: true });
    const refused = [first, second].flatMap(({ kv }) => kv.commits)
      .filter(({ applied }) => applied === 0);
    assert.ok(refused.length >= 1, `${moment}: somebody was refused`);
    return { refused: refused.length, steps: count };
  } finally {
    raw.close();
  }
}

/** Holds up every commit of these, each until it is let go. */
function holdUp(tests: readonly TestExecutor[]): (test: TestExecutor) => void {
  const holds = new Map(tests.map((test) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    test.kv.hooks = {
      async onCommit(_seen, commit) {
        await test.kv.held(promise);
        return await commit();
      },
    };
    return [test, resolve];
  }));
  return (test) => {
    test.kv.hooks = {};
    holds.get(test)?.();
  };
}

/** Lets every run do its work until all tasks have ended, or are gone. */
async function finish(
  tests: readonly TestExecutor[],
  { executor }: TestExecutor,
  ids: readonly string[],
): Promise<void> {
  for (;;) {
    for (const { kv } of tests) await kv.idle();
    const rows = await Promise.all(ids.map((id) => executor.tasks.readRow(id)));
    if (rows.every((row) => row === null || row.status === "completed")) return;
    const open = tests.flatMap(({ gates }) => gates.runs.filter(({ isOver }) => !isOver));
    assert.ok(open.length > 0, "they are stuck");
    for (const run of open) run.done();
  }
}
