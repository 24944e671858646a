import type { Bench } from "./bench.ts";
import { fanOut } from "./fan_out.ts";
import { firstStart } from "./first_start.ts";
import { history } from "./history.ts";
import { liveUpdates } from "./live_updates.ts";
import { manyReaders } from "./many_readers.ts";
import { pageWeight } from "./page_weight.ts";
import { stalledReaders } from "./stalled_readers.ts";
import { start } from "./start.ts";
import { storedTasks } from "./stored_tasks.ts";
import { taskLatency } from "./task_latency.ts";
import { taskThroughput } from "./task_throughput.ts";

/** Every bench, in the order they run. */
export const benches: readonly Bench[] = [
  taskLatency,
  taskThroughput,
  fanOut,
  liveUpdates,
  manyReaders,
  stalledReaders,
  history,
  storedTasks,
  start,
  pageWeight,
  firstStart,
];
