import { join } from "node:path";
import { createIds } from "../executor/ids.ts";
import type { Bench } from "./bench.ts";
import { startNoOpApp } from "./no_op_app.ts";
import { prepareReplay, recordTask } from "./replayed_task.ts";
import { median } from "./statistics.ts";

const WARM_UP = 100;
const TASKS_A_ROUND = 60;

/** Submit → completed, idle. */
export const taskLatency: Bench = {
  name: "task-latency",
  description: "submit → completed of a task of 3 no-op steps, idle, in process",

  async run({ folder, isQuick }) {
    const recorded = await recordTask(join(folder, "recorded"));
    const app = await startNoOpApp(join(folder, "app"));
    const kv = await Deno.openKv(join(folder, "floor.db"));
    const ids = createIds(Math.random);
    const subjects: number[] = [];
    const floors: number[] = [];
    /** One of each, in turn, so that both see the same noise. */
    async function measure(count: number) {
      const subject: number[] = [];
      const floor: number[] = [];
      for (let i = 0; i < count; i++) {
        const replay = prepareReplay(kv, recorded, ids.task(Date.now()));
        subject.push(await timeOf(app.complete));
        floor.push(await timeOf(replay));
      }
      return { subject: median(subject), floor: median(floor) };
    }

    await measure(WARM_UP);
    for (let round = 0; round < (isQuick ? 5 : 9); round++) {
      const { subject, floor } = await measure(TASKS_A_ROUND);
      subjects.push(subject);
      floors.push(floor);
    }
    await app.stop();
    kv.close();
    return [{
      name: "submit → completed, p50",
      unit: "ms",
      values: subjects,
      round: `${TASKS_A_ROUND} tasks`,
      floor: { name: "the same four commits through kv.atomic()", values: floors },
      target: { of: "ratio", bound: "at most", value: 1.5 },
    }];
  },
};

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
