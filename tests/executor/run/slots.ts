import assert from "node:assert/strict";
import type { TestExecutor } from "../../helpers/executor.ts";
import { dueItems, keysUnder } from "../../helpers/kv_probe.ts";

/** Tasks whose gates stand open here. */
export function runningIn(...tests: readonly TestExecutor[]): string[] {
  const runs = tests.flatMap(({ gates }) => gates.runs.filter(({ isOver }) => !isOver));
  return [...new Set(runs.map(({ taskId }) => taskId))];
}

/** No slot, nobody who waits for one, and nothing queued. */
export async function assertNothingLeft(kv: Deno.Kv): Promise<void> {
  assert.deepEqual(await keysUnder(kv, "slot"), []);
  assert.deepEqual(await keysUnder(kv, "slot_waiting"), []);
  assert.deepEqual(await dueItems(kv), []);
}
