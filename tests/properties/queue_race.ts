import type fc from "fast-check";
import assert from "node:assert/strict";
import type { App } from "../../executor/mod.ts";
import { assertSound } from "../helpers/database_check.ts";
import type { DefinitionSketch } from "../helpers/definitions.ts";
import { startTestExecutor, type TestExecutor } from "../helpers/executor.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import type { GatedRun } from "../helpers/gates.ts";
import { stepEnds } from "../helpers/kept_once.ts";
import { keysUnder, type SeenCommit } from "../helpers/kv_probe.ts";
import { createRandom } from "../helpers/random.ts";
import { News } from "./news.ts";
import { Race, type Racers, settled } from "./race.ts";

const MINUTE_MS = 60_000;
const MAX_RUN_TURNS = 12;

/** What people, a clock and a system do while the processes race. */
export type RaceAct =
  | { readonly type: "accept" }
  | { readonly type: "sweep"; readonly ms: number }
  | { readonly type: "pass"; readonly ms: number }
  /** The database does not answer a process for so long. */
  | { readonly type: "silence"; readonly ms: number }
  | { readonly type: "stop" };

/** An act, done by one of the processes, after so many turns in which it is not done. */
export interface PlacedAct {
  readonly act: RaceAct;
  readonly place: number;
  readonly pause: number;
}

/** Who races, and about what. */
export interface QueueRaceSetting {
  readonly scheduler: fc.Scheduler;
  /** What the processes leave to chance follows from it. */
  readonly seed: number;
  /** How many tasks each process runs at once; with 0 it only accepts them. */
  readonly concurrencies: readonly number[];
  readonly app: DefinitionSketch;
  /** Up to how many turns a commit takes to reach the database. */
  readonly maxLateTurns: number;
  readonly acts: readonly PlacedAct[];
}

/** How a race ended. */
export interface QueueRaceEnd {
  readonly tasks: number;
  readonly turns: number;
  /** Runs of steps that began. */
  readonly runs: number;
  /** Steps that were kept. */
  readonly steps: number;
  /** Commits that were refused, as somebody else was faster. */
  readonly refused: number;
  /** Leases that ran out. */
  readonly crashes: number;
  /** Each turn, in order. */
  readonly trace: readonly string[];
}

/** Processes that race for what is due. */
class QueueRace {
  readonly #kv: Deno.Kv;
  readonly #clock = new FakeClock();
  readonly #processes: TestExecutor[] = [];
  readonly #stopped = new Set<TestExecutor>();
  readonly #tasks: string[] = [];
  readonly #seenRuns = new Set<GatedRun>();
  readonly #setting: QueueRaceSetting;
  readonly #random: () => number;
  #seenCommits = 0;
  #actsLeft = 0;
  #crashes = 0;

  constructor(setting: QueueRaceSetting, kv: Deno.Kv) {
    this.#setting = setting;
    this.#kv = kv;
    this.#random = createRandom(setting.seed);
  }

  async run(): Promise<QueueRaceEnd> {
    const { scheduler, app: sketch, acts, concurrencies, seed } = this.#setting;
    const news = new News(this.#kv);
    const racers = { processes: this.#processes, news };
    for (const [i, concurrency] of concurrencies.entries()) {
      const random = createRandom(seed + i + 1);
      this.#processes.push(
        await startTestExecutor({
          kv: this.#kv,
          watch: news.watchOf(`process ${i}`),
          clock: this.#clock,
          concurrency,
          random,
          onEvent: ({ type }) => void (type === "lease-expired" && this.#crashes++),
        }),
      );
      await settled(racers); // so that those that begin do not race yet
    }
    const app = await this.#member(0).add(sketch);
    await settled(racers);

    const race = new Race(scheduler, racers, {
      lateTurns: () => Math.floor(this.#random() * this.#setting.maxLateTurns),
    });
    this.#actsLeft = acts.length;
    const done = Promise.all(
      acts.map(({ act, place, pause }) =>
        race.act(`${act.type} at ${place}`, () => this.#do(act, place, { race, app }), pause)
          .finally(() => this.#actsLeft--)
      ),
    );
    done.catch(() => {}); // told below, when the race is over
    const turns = await race.toEnd({
      isOver: () => this.#isOver(),
      look: async () => {
        this.#endRuns(race);
        await this.#check();
      },
    });
    const trace = scheduler.report().map(({ label }) => label);
    await done;
    return { ...await this.#end(racers), turns, trace };
  }

  /** One that has not been stopped. */
  #member(place: number): TestExecutor {
    const alive = this.#processes.filter((each) => !this.#stopped.has(each));
    return alive[place % alive.length] ?? assert.fail("nobody is alive");
  }

  async #do(
    act: RaceAct,
    place: number,
    { race, app }: { readonly race: Race; readonly app: App },
  ): Promise<void> {
    const test = this.#member(place);
    switch (act.type) {
      case "accept":
        this.#tasks.push(await test.start(app.id));
        return;
      case "sweep":
        return await test.executor.sweep(act.ms);
      case "pass":
        return this.#clock.advance(act.ms);
      case "silence": {
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#clock.after(act.ms, resolve);
        return race.silence(this.#processes.indexOf(test), promise);
      }
      case "stop":
        if (this.#workersBut(test) === 0) return;
        this.#stopped.add(test);
        return await test.executor.stop(0);
    }
  }

  #workersBut(test: TestExecutor): number {
    return this.#processes.filter((each, i) =>
      each !== test && !this.#stopped.has(each) && this.#setting.concurrencies[i] !== 0
    ).length;
  }

  /** Each run of a step ends sometime. */
  #endRuns(race: Race): void {
    for (const [i, { gates }] of this.#processes.entries()) {
      for (const run of gates.runs) {
        if (this.#seenRuns.has(run)) continue;
        this.#seenRuns.add(run);
        const pause = Math.floor(this.#random() * MAX_RUN_TURNS);
        void race.act(`end of ${run.stepId} in process ${i}`, () => run.done(), pause);
      }
    }
  }

  /** What has to hold after every commit. */
  async #check(): Promise<void> {
    this.#checkRuns();
    const count = this.#commits().filter(({ applied }) => applied > 0).length;
    if (count === this.#seenCommits) return;
    this.#seenCommits = count;
    await assertSound(this.#kv, { now: this.#clock.now() });
    assert.deepEqual(stepEnds(this.#commits()).twice, [], "a step was kept twice");
  }

  /** Until a lease has run out, who runs a task is alone with it, and has a slot for it. */
  #checkRuns(): void {
    if (this.#setting.acts.some(({ act: { type } }) => type === "pass" || type === "silence")) {
      return;
    }
    const owners = new Map<string, Set<number>>();
    for (const [i, { gates }] of this.#processes.entries()) {
      for (const { taskId, isOver } of gates.runs) {
        if (!isOver) owners.set(taskId, (owners.get(taskId) ?? new Set()).add(i));
      }
    }
    for (const [taskId, { size }] of owners) assert.equal(size, 1, `${size} run ${taskId}`);
    const limit = this.#setting.app.concurrency ?? Infinity;
    assert.ok(owners.size <= limit, `${owners.size} tasks run at once, and ${limit} may`);
  }

  async #isOver(): Promise<boolean> {
    if (this.#actsLeft > 0) return false;
    const left = await Promise.all(
      ["due", "slot_waiting"].map((word) => keysUnder(this.#kv, word)),
    );
    return left.flat().length === 0;
  }

  async #end(racers: Racers): Promise<Omit<QueueRaceEnd, "turns" | "trace">> {
    for (const ms of [1_000, MINUTE_MS]) {
      this.#clock.advance(ms);
      await settled(racers);
    }
    await assertSound(this.#kv, { now: this.#clock.now(), isAtRest: true });
    for (const taskId of this.#tasks) {
      const { status, error } = await this.#member(0).read(taskId);
      assert.equal(status, "completed", `${taskId}: ${error?.message}`);
    }
    for (const test of this.#processes) {
      assert.deepEqual(test.unexpected, []);
      if (!this.#stopped.has(test)) await test[Symbol.asyncDispose]();
    }
    const commits = this.#commits();
    return {
      tasks: this.#tasks.length,
      runs: this.#seenRuns.size,
      steps: stepEnds(commits).count,
      refused: commits.filter(({ applied }) => applied === 0).length,
      crashes: this.#crashes,
    };
  }

  #commits(): SeenCommit[] {
    return this.#processes.flatMap(({ kv }) => kv.commits);
  }
}

/** Runs a race to its end, and fails where anything was lost, done twice or left behind. */
export async function queueRace(setting: QueueRaceSetting): Promise<QueueRaceEnd> {
  const kv = await Deno.openKv(":memory:");
  try {
    return await new QueueRace(setting, kv).run();
  } finally {
    kv.close();
  }
}
