import { join } from "node:path";
import type { Bench } from "./bench.ts";
import type { Figure, Target } from "./figure.ts";
import { changesOf, measureRound, type Round } from "./readers/broadcast_round.ts";
import { startAppServer, startBareServer } from "./readers/servers.ts";
import { percentile } from "./statistics.ts";

const READERS = 5_000;
/** Enough for a 99th percentile, and few enough to be read as soon as they come. */
const TIMED = 250;
const CHANGES = { unmeasured: 3, measured: 12 };

interface Pair {
  readonly subject: Round;
  readonly floor: Round;
}

/** One task that thousands follow. */
export const manyReaders: Bench = {
  name: "many-readers",
  description: "thousands of readers of one task, in other processes, over HTTP on loopback; a " +
    "change is made when the last one has reached everybody",

  async run({ folder, isQuick }) {
    const readers = isQuick ? 1_000 : READERS;
    const pairs: Pair[] = [];
    for (let round = 0; round < (isQuick ? 3 : 5); round++) {
      pairs.push(await measurePair(join(folder, String(round)), readers));
    }
    return figuresOf(pairs, readers);
  },
};

/** Both servers are new, and one is alone while it is measured. */
async function measurePair(folder: string, readers: number): Promise<Pair> {
  const size = { timed: TIMED, others: readers - TIMED, stalled: 0 };
  const app = await startAppServer(folder, changesOf(CHANGES));
  const subject = await measureRound(app, { size, ...CHANGES, bytes: 0 });
  await app.stop();
  const bare = await startBareServer();
  const floor = await measureRound(bare, { size, ...CHANGES, bytes: subject.bytes });
  await bare.stop();
  return { subject, floor };
}

function figuresOf(pairs: readonly Pair[], readers: number): Figure[] {
  const [first] = pairs;
  const round = `${CHANGES.measured} messages of ${first?.subject.bytes} bytes to ` +
    `${readers.toLocaleString("en")} readers`;
  const figure = (
    name: string,
    unit: Figure["unit"],
    value: (round: Round) => number,
    target: Target | null,
  ): Figure => ({
    name,
    unit,
    values: pairs.map(({ subject }) => value(subject)),
    round,
    floor: {
      name: "a bare Deno.serve that hands a ReadableStream bytes encoded once",
      values: pairs.map(({ floor }) => value(floor)),
    },
    target,
  });
  const atMost = { of: "ratio", bound: "at most", value: 1.5 } as const;
  const delivery = (percent: number) => ({ deliveries }: Round) => percentile(deliveries, percent);
  return [
    figure("a change committed → read whole by a reader, p50", "ms", delivery(50), null),
    figure("a change committed → read whole by a reader, p99", "ms", delivery(99), atMost),
    figure("memory for each reader", "KB", ({ memoryMb }) => memoryMb * 1_024 / readers, atMost),
    figure(
      "processor time for each message to each reader",
      "µs",
      ({ cpuMs }) => cpuMs * 1_000 / readers,
      null,
    ),
  ];
}
