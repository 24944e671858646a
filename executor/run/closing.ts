import { isClosing } from "../states.ts";
import { transition, type UsageOfSteps } from "../transition.ts";
import type { Lease, StoredTask } from "../store/tasks.ts";
import type { RunContext } from "./context.ts";
import { tidy } from "./tidying.ts";

/**
 * Takes a task that has ended out of the queue: of what was leased, nothing runs any more. One that
 * was cancelled learns when that was, and what its last attempts have used.
 */
export async function settle(
  context: RunContext,
  task: StoredTask,
  lease: Lease,
  used?: UsageOfSteps,
): Promise<void> {
  const { store, clock, ids, hub } = context;
  const { record } = task;
  if (!isClosing(record.state)) {
    await store.tasks.moveDue(record.id, lease, { type: "remove" });
    return;
  }
  const life = transition(record, { type: "attempts-closed", at: clock.now(), used });
  const next = {
    ...record,
    ...life,
    revision: record.revision + 1,
    writer: ids.nonce(),
    dueAt: null,
  };
  const due = { type: "remove" } as const;
  const { ok } = await store.tasks.commit({
    task,
    lease,
    next,
    steps: new Map(),
    outputs: new Map(),
    due,
  });
  if (!ok) return;
  hub.taskChanged(record.id);
  await tidy(context, next);
}
