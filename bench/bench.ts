import type { Figure } from "./figure.ts";
import type { SeededTasks } from "./seeded_tasks.ts";

/** One file of this folder that measures something. */
export interface Bench {
  /** The word that chooses it on the command line. */
  readonly name: string;
  /** What it does, in one sentence. */
  readonly description: string;
  run(options: BenchOptions): Promise<readonly Figure[]>;
}

export interface BenchOptions {
  /** An empty folder of its own on a real disk. */
  readonly folder: string;
  /** Fewer rounds and smaller numbers, for a first look. */
  readonly isQuick: boolean;
  /** A database that holds so many tasks. Benches share it, and may add some thousands. */
  seeded(count: number): Promise<SeededTasks>;
}
