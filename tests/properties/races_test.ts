import fc from "fast-check";
import assert from "node:assert/strict";
import { assertSound } from "../helpers/database_check.ts";
import { startTestExecutor, type TestExecutor } from "../helpers/executor.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { stepEnds } from "../helpers/kept_once.ts";
import { parameters, propertyTest } from "./properties.ts";
import { Race } from "./race.ts";

const TIMEOUT_SECONDS = 2;
const WAIT_MS = 60_000;

propertyTest(
  "cancel, clicked twice and elsewhere, time-out and end, in every order: one winner, equal answers",
  async ({ report }) => {
    const runs = { numRuns: 100, turns: 0, ends: new Map<string, number>() };
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.constantFrom("step" as const, "task" as const),
        async (s, limit) => {
          const { status, turns } = await cancelRace(s, limit);
          runs.ends.set(status, (runs.ends.get(status) ?? 0) + 1);
          runs.turns += turns;
        },
      ),
      parameters(runs),
    );
    const told = [...runs.ends].map(([status, count]) => `${count} ${status}`).toSorted();
    report(
      `fault 14: ${runs.numRuns} races of ${runs.turns} turns: ${told.join(", ")}, ` +
        `0 with two winners, 0 unequal answers`,
    );
  },
);

async function cancelRace(s: fc.Scheduler, limit: "step" | "task") {
  const raw = await Deno.openKv(":memory:");
  try {
    const clock = new FakeClock();
    await using one = await startTestExecutor({ kv: raw, clock });
    await using two = await startTestExecutor({ kv: raw, clock, concurrency: 0 });
    const step = { id: "a", retry: { attempts: 1, backoff: 1 } };
    const app = limit === "step"
      ? await one.add({ steps: [{ ...step, timeout: TIMEOUT_SECONDS }] })
      : await one.add({ steps: [step], timeout: TIMEOUT_SECONDS });
    const taskId = await one.start(app.id);
    const run = await one.gates.next();
    await one.kv.idle();

    const race = new Race(s, { processes: [one, two] });
    const clicks = [one, one, two].map(({ executor }, i) =>
      race.act(`click ${i}`, () => executor.tasks.cancel(taskId))
    );
    void race.act("end", () => run.done("The end", { inputTokens: 1, outputTokens: 2 }));
    void race.act("time-out", () => clock.advance(TIMEOUT_SECONDS * 1_000));
    const turns = await race.toEnd();

    const task = await one.read(taskId);
    const { status } = task;
    assert.notEqual(status, "running");
    const expected = status === "cancelled" ? "cancelled" : "ended";
    assert.deepEqual(await Promise.all(clicks), [expected, expected, expected], status);
    for (const { executor } of [one, two]) {
      assert.equal(await executor.tasks.cancel(taskId), expected, "the same answer again");
    }
    assert.deepEqual(await one.read(taskId), task, "and nothing changed");
    if (limit === "step") assert.equal(task.steps[0]?.status, status);
    assert.equal(
      typeof task.closedAt === "string",
      status === "cancelled",
      "its attempt was closed",
    );
    assert.ok(run.isOver);
    await assertOver([one, two], raw);
    assert.equal(one.gates.runs.length, 1, "nothing ran again");
    return { status, turns };
  } finally {
    raw.close();
  }
}

/** Nothing is left to do, and nothing was kept twice. */
async function assertOver(processes: readonly TestExecutor[], raw: Deno.Kv): Promise<void> {
  const [{ clock } = assert.fail("nobody")] = processes;
  clock.advance(1_000);
  for (const { kv } of processes) await kv.idle();
  clock.advance(WAIT_MS);
  for (const { kv } of processes) await kv.idle();
  assert.deepEqual(stepEnds(processes.flatMap(({ kv }) => kv.commits)).twice, []);
  await assertSound(raw, { now: clock.now(), isAtRest: true });
}
