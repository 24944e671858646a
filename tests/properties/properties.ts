import fc from "fast-check";
import { SEED, type SeededTest, seededTest } from "../helpers/seed.ts";

/** How often a property is tried; fast-check then says the smallest case that broke it. */
export interface PropertyRuns {
  readonly numRuns: number;
}

/** What fast-check is told: the seed is that of the whole run of the tests. */
export function parameters({ numRuns }: PropertyRuns): fc.Parameters<unknown> {
  return { numRuns, seed: SEED | 0, verbose: fc.VerbosityLevel.Verbose };
}

/** A test of a property; its failure tells the seed. */
export function propertyTest(title: string, test: (run: SeededTest) => Promise<void> | void): void {
  seededTest(title, async (run) => await test(run));
}
