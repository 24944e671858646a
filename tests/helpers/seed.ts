import { createRandom } from "./random.ts";

const VARIABLE = "CALLBOARD_SEED";

/** What chance in a run of the tests follows from: `CALLBOARD_SEED`, or any number. */
export const SEED = seedOfRun();

/** A test that leaves something to chance, and says what it counted. */
export interface SeededTest {
  /** Numbers from 0 up to 1 that follow from the seed and the test's title. */
  readonly random: () => number;
  /** Tells what the test did, in one line of the log. */
  report(counted: string): void;
}

/** A test whose chance follows from the seed, which a failure tells with what else went wrong. */
export function seededTest(title: string, test: (run: SeededTest) => Promise<void> | void): void {
  Deno.test(title, async () => {
    try {
      await test({ random: createRandom(SEED ^ hashOf(title)), report });
    } catch (error) {
      console.error(`To see it again: ${VARIABLE}=${SEED}`);
      throw error;
    }
  });
}

function report(counted: string): void {
  console.log(`${counted} (seed ${SEED})`);
}

/** The environment is the whole process's: the test files in its other threads find the seed there. */
function seedOfRun(): number {
  const given = Deno.env.get(VARIABLE);
  const seed = given === undefined || given === "" ? anySeed() : Number(given);
  if (!Number.isSafeInteger(seed)) {
    throw new RangeError(`Cannot use "${given}" as ${VARIABLE}: it has to be a whole number`);
  }
  Deno.env.set(VARIABLE, String(seed));
  return seed;
}

function anySeed(): number {
  return Math.floor(Math.random() * 2 ** 32);
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
