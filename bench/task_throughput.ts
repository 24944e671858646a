import { join } from "node:path";
import type { Bench } from "./bench.ts";
import { startNoOpApp, STEPS_IN_A_ROW } from "./no_op_app.ts";
import { openPlainSqlite } from "./plain_sqlite.ts";

const IN_FLIGHT = 64;
const TASKS_A_ROUND = 2_000;
const FLOOR_TASKS_A_ROUND = 400;

/** Tasks a second, many in flight. */
export const taskThroughput: Bench = {
  name: "task-throughput",
  description: `tasks of 3 no-op steps a second, ${IN_FLIGHT} in flight, in process`,

  async run({ folder, isQuick }) {
    const app = await startNoOpApp(join(folder, "callboard.db"), STEPS_IN_A_ROW);
    const sqlite = openPlainSqlite(join(folder, "floor.db"), 3);
    const subjects: number[] = [];
    const floors: number[] = [];
    await app.rateOf(TASKS_A_ROUND, IN_FLIGHT);
    for (let round = 0; round < (isQuick ? 5 : 9); round++) {
      subjects.push(await app.rateOf(TASKS_A_ROUND, IN_FLIGHT));
      floors.push(sqlite.rateOf(FLOOR_TASKS_A_ROUND));
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
      target: { of: "ratio", bound: "at least", value: 2.5 },
    }];
  },
};
