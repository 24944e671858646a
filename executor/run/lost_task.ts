import { lostApp, versionOf } from "../read/lost_app.ts";
import type { LostTask, LostTaskEnd } from "../store/set_aside.ts";
import type { TaskRecord } from "../store/records.ts";
import { rowOf } from "../store/tasks.ts";
import type { UnreadableError } from "../store/unreadable.ts";
import { transition } from "../transition.ts";
import { unbegunLife } from "./advance.ts";
import type { RunContext } from "./context.ts";

/** What ending a lost task takes. */
export type LostContext = Pick<RunContext, "store" | "clock" | "ids" | "hub" | "onUnexpected">;

/**
 * Ends a task whose record cannot be read: what the history has of it fails, in words, and what
 * stood there is set aside for whoever looks into it.
 *
 * @param setAside Takes it out of where it would be found again; false where somebody else was faster.
 */
export async function endLostTask(
  context: LostContext,
  { taskId, error }: { readonly taskId: string; readonly error: UnreadableError },
  setAside: (end: LostTaskEnd | null) => Promise<boolean>,
): Promise<void> {
  const { store, ids, hub, onUnexpected } = context;
  const reference = ids.nonce();
  const lost = await store.setAside.readLost(taskId);
  const next = lost && await failedRecord(context, lost, reference);
  const end = lost && next && { lost, next };
  if (!await setAside(end)) return;
  onUnexpected(error, "queue", { taskId, reference });
  if (next === null) return;
  hub.rowChanged(rowOf(next));
  hub.taskChanged(taskId);
}

/** A record made of what the history tells. Its steps are as if none had begun: nothing else is known. */
async function failedRecord(
  { store, clock, ids }: LostContext,
  { row: { id, app, origin, createdAt, startedAt } }: LostTask,
  reference: string,
): Promise<TaskRecord> {
  const bare: TaskRecord = {
    id,
    revision: 1,
    writer: ids.nonce(),
    app,
    origin,
    createdAt,
    state: { status: "running", startedAt },
    steps: {},
    dueAt: null,
  };
  const { definition } = await versionOf(store, bare) ?? lostApp(bare);
  const { steps } = unbegunLife(definition.steps.map(({ id }) => id));
  const message = `The record of this task cannot be read. The log has it as ${reference}`;
  const failure = {
    type: "task-failed",
    at: clock.now(),
    error: { stepId: null, message },
  } as const;
  return { ...bare, ...transition({ state: bare.state, steps }, failure) };
}
