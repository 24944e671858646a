import assert from "node:assert/strict";
import { assertSound } from "../helpers/database_check.ts";
import { startTestExecutor, type TestExecutor } from "../helpers/executor.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { stepEnds } from "../helpers/kept_once.ts";
import { seededTest } from "../helpers/seed.ts";

const MINUTE_MS = 60_000;
const MINUTES = 90;
const TASKS = 60;
const MAX_WAIT_SECONDS = 3_600;
const RETENTION_DAYS = 0.02;

/** How the sweeps of a minute may go; `late` by up to half a minute. */
const WAYS = ["on time", "late", "skipped", "overlapping", "in two places", "all at once"] as const;

seededTest(
  "sweeps that come late, not at all, at once and in two places move each wait on once",
  async ({ random, report }) => {
    const raw = await Deno.openKv(":memory:");
    const counts = new Map<string, number>();
    let sweeps = 0;
    {
      // It jumps, so that no timer goes off: as where nothing runs between two ticks.
      const clock = new FakeClock();
      const options = { kv: raw, clock, retentionDays: RETENTION_DAYS };
      await using one = await startTestExecutor(options);
      await using two = await startTestExecutor(options);
      const places = [one, two] as const;
      const due = await startWaits(one, random);
      await idle(places);

      for (let minute = 0; minute < MINUTES; minute++) {
        const way = WAYS[Math.floor(random() * WAYS.length)] ?? "on time";
        counts.set(way, (counts.get(way) ?? 0) + 1);
        clock.jump(MINUTE_MS);
        if (way === "late") clock.jump(Math.floor(random() * MINUTE_MS / 2));
        const place = random() < 0.5 ? one : two;
        const swept = sweepersOf(way, place, places);
        sweeps += swept.length;
        const ends = swept.map(({ executor }) => executor.sweep(0));
        await idle(places);
        const overdue = [...due].filter(([, at]) => at <= clock.now()).map(([id]) => id);
        const moved = new Set(runsOf(places).map(({ taskId }) => taskId));
        if (swept.length > 0) {
          assert.deepEqual(overdue.filter((id) => !moved.has(id)), [], "none is forgotten");
        }
        for (const id of moved) assert.ok(overdue.includes(id), "none is early");
        for (const run of runsOf(places)) if (!run.isOver) run.done();
        await Promise.all(ends);
        await idle(places);
        await assertSound(raw, { now: clock.now() });
      }

      clock.jump(2 * MAX_WAIT_SECONDS * 1_000);
      await Promise.all([one, two, one].map(({ executor }) => executor.sweep(0)));
      await idle(places);
      assert.equal(runsOf(places).length, TASKS, "each was moved on once");
      const { twice } = stepEnds([...one.kv.commits, ...two.kv.commits]);
      assert.deepEqual(twice, []);
      const left = await assertSound(raw, { now: clock.now(), isAtRest: true });
      assert.equal(left.tasks, 0, "what is old was deleted");
    }
    raw.close();
    const ways = [...counts].map(([way, count]) => `${count} ${way}`).join(", ");
    report(
      `fault 11: ${MINUTES} minutes (${ways}), ${sweeps} sweeps, ${TASKS} waits, ` +
        `each moved on once, 0 early, 0 forgotten; ${TASKS} tasks deleted when they were old`,
    );
  },
);

/** By task: when its wait is over, in epoch milliseconds. */
async function startWaits(
  test: TestExecutor,
  random: () => number,
): Promise<ReadonlyMap<string, number>> {
  const due = new Map<string, number>();
  const app = await test.add({
    inputs: [{ name: "seconds", label: "Seconds", type: "number" }],
    steps: [
      { id: "pause", kind: "wait", config: { seconds: "{{ inputs.seconds }}" } },
      { id: "b", needs: ["pause"] },
    ],
  });
  for (let i = 0; i < TASKS; i++) {
    const seconds = 1 + Math.floor(random() * MAX_WAIT_SECONDS);
    due.set(await test.start(app.id, { seconds }), test.clock.now() + seconds * 1_000);
  }
  return due;
}

function sweepersOf(
  way: typeof WAYS[number],
  place: TestExecutor,
  [one, two]: readonly [TestExecutor, TestExecutor],
): readonly TestExecutor[] {
  switch (way) {
    case "on time":
    case "late":
      return [place];
    case "skipped":
      return [];
    case "overlapping":
      return [place, place];
    case "in two places":
      return [one, two];
    case "all at once":
      return [one, two, two, one];
  }
}

function runsOf(places: readonly TestExecutor[]) {
  return places.flatMap(({ gates }) => gates.runs);
}

async function idle(places: readonly TestExecutor[]): Promise<void> {
  for (const { kv } of places) await kv.idle();
}
