import assert from "node:assert/strict";
import { RetryableError } from "../../executor/steps/step_kind.ts";
import { assertSound } from "../helpers/database_check.ts";
import { addApp, startTestExecutor, stop, type TestExecutor } from "../helpers/executor.ts";
import type { DefinitionSketch } from "../helpers/definitions.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import type { GatedRun } from "../helpers/gates.ts";
import { stepEnds } from "../helpers/kept_once.ts";

const MAX_SECONDS = 4_000;

/** What may end a run of a step, or go on in it. */
export const RUN_ENDS = ["done", "fail", "retry", "wait", "write"] as const;
export type RunEnd = typeof RUN_ENDS[number];

/**
 * Processes on one database, each of which may die, be held up and come back, or stop in good order,
 * while somebody starts, cancels and deletes tasks.
 */
export class Cluster {
  readonly clock = new FakeClock();
  readonly kv: Deno.Kv;
  readonly tasks: string[] = [];
  readonly deleted = new Set<string>();
  #alive: TestExecutor[] = [];
  /** Held up: they do nothing until they are let go. */
  readonly #held: { readonly test: TestExecutor; readonly release: () => void }[] = [];
  readonly #everybody: TestExecutor[] = [];
  #appIds: readonly string[] = [];

  private constructor(kv: Deno.Kv) {
    this.kv = kv;
  }

  static async start(apps: readonly DefinitionSketch[]): Promise<Cluster> {
    const cluster = new Cluster(await Deno.openKv(":memory:"));
    const { executor } = await cluster.join();
    cluster.#appIds = await Promise.all(apps.map(async (app) => (await addApp(executor, app)).id));
    return cluster;
  }

  get size(): number {
    return this.#alive.length;
  }

  async join(): Promise<TestExecutor> {
    const { kv, clock } = this;
    const test = await startTestExecutor({ kv, clock, concurrency: 3, retentionDays: null });
    this.#alive.push(test);
    this.#everybody.push(test);
    return test;
  }

  /** Who answers this request; whoever it is. */
  member(place: number): TestExecutor {
    return this.#alive[place % this.#alive.length] ?? assert.fail("nobody is alive");
  }

  async accept(app: number, place: number): Promise<void> {
    const appId = this.#appIds[app % this.#appIds.length] ?? "";
    this.tasks.push(await this.member(place).start(appId));
  }

  task(place: number): string | undefined {
    return this.tasks[place % Math.max(1, this.tasks.length)];
  }

  async cancel(taskId: string, place: number): Promise<void> {
    await this.member(place).executor.tasks.cancel(taskId);
  }

  async delete(taskId: string, place: number): Promise<void> {
    const result = await this.member(place).executor.tasks.delete(taskId);
    if (result !== "running") this.deleted.add(taskId);
  }

  /** Lets one of the runs of a living process end, or go on. */
  move(place: number, end: RunEnd): void {
    const runs = this.#alive.flatMap(({ gates }) => gates.runs.filter(({ isOver }) => !isOver));
    const run = runs[place % Math.max(1, runs.length)];
    if (run !== undefined) this.#end(run, end);
  }

  #end(run: GatedRun, end: RunEnd): void {
    switch (end) {
      case "done":
        return run.done("x".repeat(run.stepId === "s0" ? 20_000 : 20));
      case "fail":
        return run.fail();
      case "retry":
        return run.fail(new RetryableError("Not now"));
      case "wait":
        return run.wait(this.clock.now() + 7_000);
      case "write":
        return run.write("some words ".repeat(300));
    }
  }

  /** `kill -9`: it does nothing any more, and nothing it has begun comes to an end. */
  async crash(place: number): Promise<void> {
    this.#hold(place);
    this.#held.pop();
    if (this.size === 0) await this.join();
  }

  /** It is held up, as by a debugger or a full disk; {@link letGo} lets it go on: a zombie. */
  async holdUp(place: number): Promise<void> {
    this.#hold(place);
    if (this.size === 0) await this.join();
  }

  letGo(): void {
    const held = this.#held.shift();
    if (held === undefined) return;
    held.test.kv.hooks = {};
    held.release();
    this.#alive.push(held.test);
  }

  async stop(place: number): Promise<void> {
    const test = this.member(place);
    this.#alive = this.#alive.filter((each) => each !== test);
    await stop(test);
    if (this.size === 0) await this.join();
  }

  #hold(place: number): void {
    const test = this.member(place);
    const { promise, resolve } = Promise.withResolvers<void>();
    const until = () => test.kv.held(promise);
    test.kv.hooks = {
      onRead: until,
      onCommit: async (_seen, commit) => {
        await until();
        return await commit();
      },
    };
    this.#alive = this.#alive.filter((each) => each !== test);
    this.#held.push({ test, release: resolve });
  }

  async sweep(place: number): Promise<void> {
    await this.member(place).executor.sweep(0);
  }

  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      await this.idle();
      this.clock.advance(1_000);
    }
    await this.idle();
  }

  async idle(): Promise<void> {
    for (const { kv } of this.#everybody) await kv.idle();
  }

  async check(isAtRest = false): Promise<number> {
    await this.idle();
    const { entries } = await assertSound(this.kv, { now: this.clock.now(), isAtRest });
    const { twice } = stepEnds(this.#everybody.flatMap(({ kv }) => kv.commits));
    assert.deepEqual(twice, [], "a step was kept twice");
    return entries;
  }

  /** Lets everything come to its end, which it has to, and closes. */
  async finish(): Promise<void> {
    while (this.#held.length > 0) this.letGo();
    for (let second = 0; await this.#hasRunning(); second++) {
      assert.ok(second < MAX_SECONDS, `stuck: ${JSON.stringify(await this.#running())}`);
      for (const { gates } of this.#alive) {
        for (const run of gates.runs) if (!run.isOver) run.done();
      }
      await this.pass(1);
    }
    await this.pass(11);
    await this.sweep(0);
    await this.check(true);
    const { executor } = this.member(0);
    for (const taskId of this.tasks) {
      const row = await executor.tasks.readRow(taskId);
      assert.equal(row === null, this.deleted.has(taskId), `${taskId} is lost`);
    }
    for (const test of this.#alive) await stop(test);
    await this.idle();
    this.kv.close();
  }

  async #hasRunning(): Promise<boolean> {
    return (await this.#running()).length > 0;
  }

  async #running(): Promise<readonly unknown[]> {
    return (await this.member(0).executor.tasks.list({ limit: 100, status: "running" })).rows;
  }
}
