import type fc from "fast-check";
import assert from "node:assert/strict";
import type { TestExecutor } from "../helpers/executor.ts";

const MAX_TURNS = 2_000;

/**
 * Processes on one database, and people, whose doings come in an order that fast-check chooses: each
 * read and each commit waits for its turn, and so does each act.
 */
export class Race {
  readonly #scheduler: fc.Scheduler;
  readonly #processes: readonly TestExecutor[];

  constructor(scheduler: fc.Scheduler, processes: readonly TestExecutor[]) {
    this.#scheduler = scheduler;
    this.#processes = processes;
    for (const [i, { kv }] of processes.entries()) {
      kv.hooks = {
        onRead: () => kv.held(this.#turn(`read of process ${i}`)),
        onCommit: async (_seen, commit) => {
          await kv.held(this.#turn(`commit of process ${i}`));
          return await commit();
        },
      };
    }
  }

  /** Does it when it is its turn. */
  async act<Result>(name: string, action: () => Result): Promise<Awaited<Result>> {
    await this.#turn(name);
    return await action();
  }

  /** Until nobody wants anything any more; `look` may want more after each turn. How many turns it took. */
  async toEnd(look: () => void = () => {}): Promise<number> {
    for (let turns = 0;; turns++) {
      assert.ok(turns < MAX_TURNS, "they never come to an end");
      for (const { kv } of this.#processes) await kv.idle();
      look();
      if (this.#scheduler.count() === 0) {
        for (const { kv } of this.#processes) kv.hooks = {};
        return turns;
      }
      await this.#scheduler.waitNext(1);
    }
  }

  #turn(label: string): Promise<void> {
    return this.#scheduler.schedule(Promise.resolve(), label);
  }
}
