import assert from "node:assert/strict";
import { inARow } from "../../helpers/definitions.ts";
import { addApp, startTestExecutor, type TestExecutor } from "../../helpers/executor.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import type { GatedRun } from "../../helpers/gates.ts";
import { dueItems, keysUnder, turn } from "../../helpers/kv_probe.ts";
import { createRandom } from "../../helpers/random.ts";

const SEED = 20_261_122;
const ROUNDS = 6;
const MOVES = 80;
const EXECUTORS = 3;
/** Two apps with a concurrency, and one without. */
const LIMITS = [1, 3, undefined] as const;

/** One database, several executors on it, and what a seed does to them. */
class Race {
  readonly #random: () => number;
  readonly #kv: Deno.Kv;
  readonly #clock = new FakeClock();
  readonly #limitOf = new Map<string, number | undefined>();
  readonly #appOf = new Map<string, string>();
  readonly #executors: TestExecutor[] = [];
  readonly #dead: TestExecutor[] = [];
  /** How many commits of a hundred fail: half of them after they were applied. */
  #faults = 0;
  busiest = 0;

  /** @param isCalm Nobody dies, no commit fails, and no sweep puts right what went wrong. */
  constructor(seed: number, kv: Deno.Kv, readonly isCalm: boolean) {
    this.#random = createRandom(seed);
    this.#kv = kv;
  }

  get taskIds(): string[] {
    return [...this.#appOf.keys()];
  }

  async begin(): Promise<void> {
    while (this.#executors.length < EXECUTORS) this.#executors.push(await this.#startExecutor());
    for (const concurrency of LIMITS) {
      const { executor } = this.#any(this.#executors);
      const app = await addApp(executor, { concurrency, steps: inARow("a", "b") });
      this.#limitOf.set(app.id, concurrency);
    }
  }

  async move(): Promise<void> {
    const dice = this.#random() * 100;
    if (dice < 40) await this.#start();
    else if (dice < 75) this.#end();
    else if (dice < 83) await this.#cancel();
    else if (dice < 90) this.#clock.advance(this.#below(2_500));
    else if (this.isCalm) this.#clock.advance(500);
    else if (dice < 93) await this.#kill();
    else if (dice < 96) this.#faults = this.#below(2) * 6;
    else void this.#any(this.#executors).executor.sweep(0);
    for (let turns = this.#below(6); turns > 0; turns--) await turn();
    this.#check();
  }

  /** Lets everything end, with nothing left but time. */
  async finish(): Promise<void> {
    this.#faults = 0;
    for (let second = 0; second < 200; second++) {
      for (const { kv } of this.#executors) await kv.idle();
      this.#check();
      if (await this.#isOver()) return;
      for (const run of this.#open()) run.done();
      this.#clock.advance(1_000);
      // What a cron tick does each minute.
      const isTick = !this.isCalm && second % 60 === 59;
      if (isTick) { for (const { executor } of this.#executors) void executor.sweep(0); }
    }
  }

  async #isOver(): Promise<boolean> {
    const waiting = await keysUnder(this.#kv, "slot_waiting");
    return waiting.length === 0 && (await dueItems(this.#kv)).length === 0;
  }

  async statuses(): Promise<string[]> {
    const test = this.#any(this.#executors);
    return await Promise.all(this.taskIds.map(async (id) => (await test.read(id)).status));
  }

  async close(): Promise<void> {
    for (const test of [...this.#executors, ...this.#dead]) await test[Symbol.asyncDispose]();
  }

  #check(): void {
    const running = new Map<string, Set<string>>();
    for (const { taskId } of this.#open()) {
      const appId = this.#appOf.get(taskId) ?? "";
      running.set(appId, (running.get(appId) ?? new Set()).add(taskId));
    }
    for (const [appId, tasks] of running) {
      const limit = this.#limitOf.get(appId);
      if (limit === undefined) continue;
      this.busiest = Math.max(this.busiest, tasks.size);
      assert.ok(tasks.size <= limit, `${tasks.size} tasks run at once, and ${limit} may`);
    }
  }

  #open(): GatedRun[] {
    return this.#executors.flatMap(({ gates }) => gates.runs.filter(({ isOver }) => !isOver));
  }

  async #start(): Promise<void> {
    const appId = this.#any([...this.#limitOf.keys()]);
    const raw = { source: "json", fields: {} } as const;
    const { executor } = this.#any(this.#executors);
    const result = await executor.tasks.start(appId, raw, { kind: "api" }).catch(() => null);
    if (result?.type === "started") this.#appOf.set(result.taskId, appId);
  }

  #end(): void {
    const open = this.#open();
    if (open.length === 0) return;
    const run = this.#any(open);
    const dice = this.#random();
    if (dice < 0.7) run.done();
    else if (dice < 0.85) run.wait(this.#clock.now() + this.#below(8_000));
    else run.fail(new Error("again"));
  }

  async #cancel(): Promise<void> {
    if (this.taskIds.length === 0) return;
    const { executor } = this.#any(this.#executors);
    await executor.tasks.cancel(this.#any(this.taskIds)).catch(() => {});
  }

  /** It writes nothing from now on; another begins in its place. */
  async #kill(): Promise<void> {
    const at = this.#below(EXECUTORS);
    const [dead] = this.#executors.splice(at, 1);
    if (dead === undefined) return;
    dead.kv.hooks = { onCommit: () => Promise.reject(new Error("the process is dead")) };
    this.#dead.push(dead);
    this.#executors.push(await this.#startExecutor());
  }

  async #startExecutor(): Promise<TestExecutor> {
    const test = await startTestExecutor({
      kv: this.#kv,
      clock: this.#clock,
      concurrency: 1 + this.#below(5),
      random: this.#random,
    });
    test.kv.hooks = {
      onCommit: async (_seen, commit) => {
        for (let turns = this.#below(3); turns > 0; turns--) await turn();
        if (this.#random() * 100 >= this.#faults) return await commit();
        if (this.#random() < 0.5) await commit();
        throw new Error("the commit failed, perhaps");
      },
    };
    return test;
  }

  #below(end: number): number {
    return Math.floor(this.#random() * end);
  }

  #any<Item>(items: readonly Item[]): Item {
    const item = items[this.#below(items.length)];
    if (item === undefined) throw new Error("Cannot choose: there is nothing");
    return item;
  }
}

Deno.test(`slots, ${ROUNDS} races of three executors, seed ${SEED}: never more than may, and all end`, async () => {
  let tasks = 0;
  let busiest = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const kv = await Deno.openKv(":memory:");
    const race = new Race(SEED + round, kv, round % 2 === 0);
    await race.begin();
    for (let move = 0; move < MOVES; move++) await race.move();
    await race.finish();
    const open = (await race.statuses()).filter((status) => status === "running");
    assert.equal(open.length, 0, `round ${round}`);
    for (const prefix of ["slot", "slot_waiting"]) {
      assert.deepEqual(await keysUnder(kv, prefix), [], `round ${round}`);
    }
    assert.deepEqual(await dueItems(kv), [], `round ${round}`);
    tasks += race.taskIds.length;
    busiest = Math.max(busiest, race.busiest);
    await race.close();
    kv.close();
  }
  assert.ok(tasks > ROUNDS * 10, `${tasks} tasks are too few to tell`);
  assert.equal(busiest, 3, "the slots were used");
});
