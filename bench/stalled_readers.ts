import { join } from "node:path";
import { paths } from "../routes/paths.ts";
import type { Bench } from "./bench.ts";
import type { Figure } from "./figure.ts";
import { changesOf, measureRound, type Round } from "./readers/broadcast_round.ts";
import { startAppServer } from "./readers/servers.ts";
import { percentile } from "./statistics.ts";

const TIMED = 100;
const OTHERS = 300;
const STALLED = 100;
/** What a stalled reader is sent fills every buffer on its way (the system's take 4 MB) first. */
const CHANGES = { unmeasured: 56, measured: 36 };
/** As long as a page shows of a step's text, in a character that HTML needs six bytes for. */
const TEXT = '"'.repeat(4_000);

/** One round, and how long another page took meanwhile, in milliseconds. */
interface WatchedRound extends Round {
  readonly pages: readonly number[];
}

interface Pair {
  readonly without: WatchedRound;
  readonly with: WatchedRound;
}

/** Readers who stop reading, and what the others notice of it. */
export const stalledReaders: Bench = {
  name: "stalled-readers",
  description:
    `${TIMED + OTHERS} readers of one task, with and without ${STALLED} more who never ` +
    `read what they are sent`,

  async run({ folder, isQuick }) {
    const pairs: Pair[] = [];
    for (let round = 0; round < (isQuick ? 2 : 5); round++) {
      const own = join(folder, String(round));
      pairs.push({
        without: await measure(join(own, "without"), 0),
        with: await measure(join(own, "with"), STALLED),
      });
    }
    return figuresOf(pairs);
  },
};

async function measure(folder: string, stalled: number): Promise<WatchedRound> {
  const server = await startAppServer(folder, changesOf(CHANGES), TEXT);
  const pages: number[] = [];
  async function readPage(): Promise<void> {
    const start = performance.now();
    await (await fetch(server.origin + paths.tasks())).text();
    pages.push(performance.now() - start);
  }
  const round = await measureRound(server, {
    size: { timed: TIMED, others: OTHERS, stalled },
    ...CHANGES,
    bytes: 0,
    meanwhile: readPage,
  });
  await server.stop();
  return { ...round, pages };
}

function figuresOf(pairs: readonly Pair[]): Figure[] {
  const round = `${CHANGES.measured} messages of ${pairs[0]?.with.bytes} bytes`;
  const figure = (
    name: string,
    unit: Figure["unit"],
    value: (round: WatchedRound) => number,
  ): Figure => ({
    name,
    unit,
    values: pairs.map((pair) => value(pair.with)),
    round,
    floor: { name: "without them", values: pairs.map((pair) => value(pair.without)) },
    target: null,
  });
  return [
    figure("a change committed → read whole, p50", "ms", delivery(50)),
    figure("a change committed → read whole, p99", "ms", delivery(99)),
    figure("GET /tasks meanwhile, p50", "ms", page(50)),
    figure("GET /tasks meanwhile, p99", "ms", page(99)),
    figure("memory for all readers", "MB", ({ memoryMb }) => memoryMb),
  ];
}

function delivery(percent: number) {
  return ({ deliveries }: WatchedRound) => percentile(deliveries, percent);
}

function page(percent: number) {
  return ({ pages }: WatchedRound) => percentile(pages, percent);
}
