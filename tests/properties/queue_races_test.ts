import fc from "fast-check";
import assert from "node:assert/strict";
import { inARow } from "../helpers/definitions.ts";
import { parameters, propertyTest } from "./properties.ts";
import {
  type PlacedAct,
  queueRace,
  type QueueRaceEnd,
  type QueueRaceSetting,
  type RaceAct,
} from "./queue_race.ts";

const ROW = inARow("a", "b");
/** What each race leaves to chance. */
const chance = {
  scheduler: fc.scheduler(),
  seed: fc.nat(2 ** 31 - 1),
  maxLateTurns: fc.constantFrom(0, 8),
};

/** Acts of these kinds, each somewhere and sometime. */
function placed(
  act: fc.Arbitrary<RaceAct>,
  size: { readonly minLength: number; readonly maxLength: number },
): fc.Arbitrary<PlacedAct[]> {
  return fc.array(fc.record({ act, place: fc.nat(3), pause: fc.nat(25) }), size);
}

/** Sums what races tell of themselves. */
class Tally {
  readonly #ends: QueueRaceEnd[] = [];

  add(end: QueueRaceEnd): void {
    this.#ends.push(end);
  }

  of(what: Exclude<keyof QueueRaceEnd, "trace">): number {
    return this.#ends.reduce((sum, end) => sum + end[what], 0);
  }

  toString(): string {
    return `${this.#ends.length} races of ${this.of("turns")} turns, ${this.of("tasks")} tasks, ` +
      `${this.of("runs")} runs of steps, ${this.of("steps")} kept, ` +
      `${this.of("refused")} commits refused, ${this.of("crashes")} leases run out`;
  }
}

const accept = fc.constant<RaceAct>({ type: "accept" });
const sweep = fc.constantFrom<RaceAct>({ type: "sweep", ms: 0 }, { type: "sweep", ms: 5_000 });
/** A second, a heartbeat, most of a lease, a lease. */
const pass = fc.constantFrom(1_000, 3_000, 9_000, 11_000)
  .map((ms): RaceAct => ({ type: "pass", ms }));
const silence = fc.constantFrom(5_000, 12_000).map((ms): RaceAct => ({ type: "silence", ms }));
const stop = fc.constant<RaceAct>({ type: "stop" });

const two = { minLength: 2, maxLength: 3 };
const workers = fc.array(fc.integer({ min: 1, max: 2 }), two);

const claims: fc.Arbitrary<QueueRaceSetting> = fc.record({
  ...chance,
  // The first accepts only: all it accepts is due, and the others want it.
  concurrencies: workers.map((each) => [0, ...each]),
  app: fc.constant({ steps: ROW }),
  acts: placed(accept, { minLength: 1, maxLength: 5 })
    .map((acts) => acts.map((act) => ({ ...act, place: 0 }))),
});

const sweeps: fc.Arbitrary<QueueRaceSetting> = fc.record({
  ...chance,
  concurrencies: workers,
  app: fc.constantFrom({ steps: ROW }, { steps: ROW, concurrency: 1 }),
  acts: placed(fc.oneof(accept, sweep, sweep, pass, pass, silence, silence, stop), {
    minLength: 2,
    maxLength: 8,
  })
    .map((acts) => [{ act: { type: "accept" }, place: 0, pause: 0 }, ...acts]),
});

const slots: fc.Arbitrary<QueueRaceSetting> = fc.record({
  ...chance,
  concurrencies: workers,
  app: fc.integer({ min: 1, max: 2 }).map((concurrency) => ({ steps: ROW, concurrency })),
  acts: placed(accept, { minLength: 2, maxLength: 5 }),
});

propertyTest(
  "processes that claim the same tasks: each is run by one, and each step once",
  async ({ report }) => {
    const tally = await race(claims, 40, assertRunOnce);
    assert.ok(tally.of("refused") > 0, "nobody was ever slower than somebody else");
    report(`claims: ${tally}, 0 run twice`);
  },
);

propertyTest(
  "sweeps that overlap with others, heartbeats, leases that run out and a stop: no step is kept twice",
  async ({ report }) => {
    const tally = await race(sweeps, 50);
    assert.ok(tally.of("crashes") > 0, "no lease ever ran out");
    report(`sweeps: ${tally}, 0 lost, 0 kept twice`);
  },
);

propertyTest(
  "slots taken and given back at once: no more tasks run than may, and none waits for ever",
  async ({ report }) => {
    const tally = await race(slots, 60, assertRunOnce);
    assert.ok(tally.of("refused") > 0, "nobody was ever slower than somebody else");
    report(`slots: ${tally}, 0 too many, 0 forgotten`);
  },
);

propertyTest("the same choices make the same race", async ({ report }) => {
  const counted = { races: 0, turns: 0 };
  await fc.assert(
    fc.asyncProperty(sweeps, async (setting) => {
      const { trace } = await queueRace(setting);
      const { scheduler } = setting;
      assert.ok(fc.hasCloneMethod(scheduler));
      const again = await queueRace({ ...setting, scheduler: scheduler[fc.cloneMethod]() });
      assert.deepEqual(again.trace, trace);
      counted.races++;
      counted.turns += trace.length;
    }),
    parameters({ numRuns: 10 }),
  );
  report(`races: ${counted.races} races of ${counted.turns} turns, the same again`);
});

async function race(
  settings: fc.Arbitrary<QueueRaceSetting>,
  numRuns: number,
  check: (end: QueueRaceEnd, setting: QueueRaceSetting) => void = () => {},
): Promise<Tally> {
  const tally = new Tally();
  await fc.assert(
    fc.asyncProperty(settings, async (setting) => {
      const end = await queueRace(setting);
      check(end, setting);
      tally.add(end);
    }),
    parameters({ numRuns }),
  );
  return tally;
}

/** Where no process dies or is held up, nothing ever begins anew. */
function assertRunOnce({ runs, tasks, crashes }: QueueRaceEnd): void {
  assert.equal(runs, tasks * ROW.length, "a step ran more than once");
  assert.equal(crashes, 0);
}
