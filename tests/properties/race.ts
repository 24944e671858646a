import type fc from "fast-check";
import assert from "node:assert/strict";
import type { TestExecutor } from "../helpers/executor.ts";
import { turn } from "../helpers/kv_probe.ts";
import type { News } from "./news.ts";

/** Turns, and moves of the clock. */
const MAX_MOVES = 5_000;
/** However long the timers go on, nobody waits that long. */
const MAX_WAIT_MS = 3_600_000;

/** Who races. */
export interface Racers {
  readonly processes: readonly TestExecutor[];
  /** How they hear of each other; without it they do not. */
  readonly news?: News;
}

/** What a race may be told of those who race. */
export interface RaceOptions {
  /** How many turns the next commit is on its way, in which others have theirs. */
  readonly lateTurns?: () => number;
}

/** What a race looks at after each turn. */
export interface RaceEnd {
  /** Whether all that is to come of the race has come; the clock goes on until it has. */
  readonly isOver?: () => boolean | Promise<boolean>;
  /** May check how things stand, and want more. */
  readonly look?: () => void | Promise<void>;
}

/**
 * Processes on one database, and people, whose doings come in an order that fast-check chooses: each
 * read, each commit and each piece of news waits for its turn, and so does each act.
 *
 * Whoever has had a turn goes on until they ask for the next: nothing but the database and the clock
 * holds them up, so that the same choices make the same race. (A template would hold them up, being
 * rendered by a module that is imported on first use: apps that race have none.)
 */
export class Race {
  readonly #scheduler: fc.Scheduler;
  readonly #racers: Racers;
  readonly #silences = new Map<number, Promise<unknown>>();

  constructor(
    scheduler: fc.Scheduler,
    racers: Racers,
    { lateTurns = () => 0 }: RaceOptions = {},
  ) {
    this.#scheduler = scheduler;
    this.#racers = racers;
    const { processes, news } = racers;
    if (news !== undefined) news.turn = (label) => this.#turn(label);
    for (const [i, { kv }] of processes.entries()) {
      kv.hooks = {
        onRead: () => kv.held(this.#turnOf(i, "read")),
        onCommit: async (seen, commit) => {
          await kv.held(this.#turnOf(i, "commit", lateTurns()));
          const result = await commit();
          if (result.ok) news?.tell(seen);
          return result;
        },
      };
    }
  }

  /** Lets the database be silent to a process until then. */
  silence(process: number, until: Promise<void>): void {
    const silence = Promise.all([this.#silences.get(process), until]);
    this.#silences.set(process, silence);
    void silence.then(() => {
      if (this.#silences.get(process) === silence) this.#silences.delete(process);
    });
  }

  /** Does it when it is its turn, which comes after `pause` turns in which nothing is done. */
  async act<Result>(
    name: string,
    action: () => Result,
    pause = 0,
  ): Promise<Awaited<Result>> {
    await this.#turn(name, pause);
    return await action();
  }

  /**
   * Until nobody wants anything any more. Where it is not over by then, the clock goes on to the next
   * timer: where there is none, it never will be. How many turns it took.
   */
  async toEnd({ isOver = () => true, look = () => {} }: RaceEnd = {}): Promise<number> {
    const { clock } = this.#racers.processes[0] ?? assert.fail("nobody races");
    const latest = clock.now() + MAX_WAIT_MS;
    for (let turns = 0, moves = 0;; moves++) {
      assert.ok(moves < MAX_MOVES, "they never come to an end");
      await settled(this.#racers);
      await look();
      if (this.#scheduler.count() > 0) {
        turns++;
        await this.#scheduler.waitNext(1);
      } else if (this.#silences.size === 0 && await isOver()) {
        this.#end();
        return turns;
      } else {
        const [at = Infinity] = clock.pending;
        assert.ok(at < latest, "stuck: it is not over, and nobody is about to do anything");
        clock.advance(Math.max(0, at - clock.now()));
      }
    }
  }

  #end(): void {
    const { processes, news } = this.#racers;
    for (const { kv } of processes) kv.hooks = {};
    if (news !== undefined) news.turn = () => Promise.resolve();
  }

  async #turnOf(process: number, what: "read" | "commit", pause = 0): Promise<void> {
    await this.#silences.get(process);
    await this.#turn(`${what} of process ${process}`, pause);
  }

  async #turn(label: string, pause = 0): Promise<void> {
    for (let turns = 0; turns < pause; turns++) await this.#scheduler.schedule(DONE, "pause");
    await this.#scheduler.schedule(DONE, label);
  }
}

const DONE = Promise.resolve();

/**
 * Resolves when all that could go on has done so, as far as the database and the clock let it. In a
 * turn of the event loop all promises settle; an answer of the database may come without one.
 */
export async function settled({ processes, news }: Racers): Promise<void> {
  do await turn(); while (processes.some(({ kv }) => kv.isBusy) || news?.isBusy === true);
}
