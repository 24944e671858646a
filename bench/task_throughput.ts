import { join } from "node:path";
import type { Bench } from "./bench.ts";
import { type NoOpApp, startNoOpApp } from "./no_op_app.ts";
import { openPlainSqlite } from "./plain_sqlite.ts";

const IN_FLIGHT = 64;
const TASKS_A_ROUND = 2_000;
const FLOOR_TASKS_A_ROUND = 400;

/** Tasks a second, many in flight. */
export const taskThroughput: Bench = {
  name: "task-throughput",
  description: `tasks of 3 no-op steps a second, ${IN_FLIGHT} in flight, in process`,

  async run({ folder, isQuick }) {
    const app = await startNoOpApp(folder);
    const sqlite = openPlainSqlite(join(folder, "floor.db"));
    const subjects: number[] = [];
    const floors: number[] = [];
    await rateOf(app, TASKS_A_ROUND);
    for (let round = 0; round < (isQuick ? 5 : 9); round++) {
      subjects.push(await rateOf(app, TASKS_A_ROUND));
      floors.push(floorRateOf(sqlite));
    }
    await app.stop();
    sqlite.close();
    return [{
      name: `tasks a second, ${IN_FLIGHT} in flight`,
      unit: "tasks/s",
      values: subjects,
      round: `${TASKS_A_ROUND} tasks`,
      floor: {
        name: "node:sqlite, WAL, synchronous FULL, 5 commits a task, one after another",
        values: floors,
      },
      target: { of: "ratio", bound: "at least", value: 1.5 },
    }];
  },
};

/** Tasks a second: each that completes makes room for the next. */
async function rateOf(app: NoOpApp, count: number): Promise<number> {
  let left = count;
  async function work(): Promise<void> {
    while (left-- > 0) await app.complete();
  }
  const start = performance.now();
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  return count / (performance.now() - start) * 1_000;
}

function floorRateOf(sqlite: ReturnType<typeof openPlainSqlite>): number {
  const start = performance.now();
  for (let i = 0; i < FLOOR_TASKS_A_ROUND; i++) sqlite.complete(crypto.randomUUID());
  return FLOOR_TASKS_A_ROUND / (performance.now() - start) * 1_000;
}
