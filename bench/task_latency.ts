import { join } from "node:path";
import { createIds } from "../executor/ids.ts";
import type { Bench } from "./bench.ts";
import type { Figure, Target } from "./figure.ts";
import { startNoOpApp, STEPS_IN_A_ROW } from "./no_op_app.ts";
import { prepareReplay, recordTask } from "./replayed_task.ts";
import { percentile } from "./statistics.ts";

const WARM_UP = 300;
/** So that ten of them lie above the 99th percentile. */
const TASKS_A_ROUND = 1_000;

/** Times of a round, in milliseconds. */
interface Round {
  readonly subject: readonly number[];
  readonly floor: readonly number[];
}

/** Submit → completed, idle. */
export const taskLatency: Bench = {
  name: "task-latency",
  description: "submit → completed of a task of 3 no-op steps, idle, in process",

  async run({ folder, isQuick }) {
    const recorded = await recordTask(join(folder, "recorded.db"));
    const app = await startNoOpApp(join(folder, "app.db"), STEPS_IN_A_ROW);
    const kv = await Deno.openKv(join(folder, "floor.db"));
    const ids = createIds(Math.random);
    /** One of each, in turn, so that both see the same noise. */
    async function measure(count: number): Promise<Round> {
      const subject: number[] = [];
      const floor: number[] = [];
      for (let i = 0; i < count; i++) {
        const replay = prepareReplay(kv, recorded, ids.task(Date.now()));
        subject.push(await timeOf(app.complete));
        floor.push(await timeOf(replay));
      }
      return { subject, floor };
    }

    await measure(WARM_UP);
    const rounds: Round[] = [];
    for (let round = 0; round < (isQuick ? 3 : 7); round++) {
      rounds.push(await measure(TASKS_A_ROUND));
    }
    await app.stop();
    kv.close();
    return [
      figureOf(rounds, 50, { of: "ratio", bound: "at most", value: 1.2 }),
      figureOf(rounds, 99, { of: "ratio", bound: "at most", value: 2 }),
    ];
  },
};

function figureOf(rounds: readonly Round[], percent: number, target: Target): Figure {
  return {
    name: `submit → completed, p${percent}`,
    unit: "ms",
    values: rounds.map(({ subject }) => percentile(subject, percent)),
    round: `${TASKS_A_ROUND} tasks`,
    floor: {
      name: "the same four commits through kv.atomic()",
      values: rounds.map(({ floor }) => percentile(floor, percent)),
    },
    target,
  };
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
