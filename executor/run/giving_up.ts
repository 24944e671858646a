import { hasEnded } from "../states.ts";
import { transition } from "../transition.ts";
import { dueRecord, type Troubles } from "../store/due.ts";
import type { TaskError } from "../task.ts";
import { MAX_CRASHES, MAX_CRASHES_WITH_ALIBI, MAX_RUN_ERRORS, type RunContext } from "./context.ts";
import { bareDraft, type TaskLane } from "./task_lane.ts";

/** The pause after the first error; it doubles with each. */
const FIRST_PAUSE_MS = 1_000;

/** Why a task is not run again that processes have died with too often; null where it may be. */
export function crashError({ crashes, hasAlibi }: Troubles): TaskError | null {
  if (crashes < (hasAlibi ? MAX_CRASHES_WITH_ALIBI : MAX_CRASHES)) return null;
  const message = `It was given up: the process that ran it stopped, or lost the database, ` +
    `${crashes} times`;
  return { stepId: null, message };
}

/** Ends a claimed task that can go on no more. False where it is no longer ours. */
export async function failTask(
  { clock }: Pick<RunContext, "clock">,
  lane: TaskLane,
  message: string,
): Promise<boolean> {
  const error = { stepId: null, message };
  const life = transition(lane.record, { type: "task-failed", at: clock.now(), error });
  return await lane.commit(bareDraft(life), { type: "remove" });
}

/**
 * A run ended with an error that is no step's, such as a record that does not fit: the task is run
 * again after a pause, and fails where that was in vain. Never rejects.
 */
export async function afterRunError(
  context: RunContext,
  lane: TaskLane,
  error: unknown,
): Promise<void> {
  const { clock, ids, onUnexpected } = context;
  const reference = ids.nonce();
  const about = { taskId: lane.record.id, reference };
  onUnexpected(error, "running a task", about);
  if (hasEnded(lane.record.state)) return;
  const { troubles } = lane;
  const errors = troubles.errors + 1;
  try {
    if (errors >= MAX_RUN_ERRORS) {
      const message = `It was given up after ${MAX_RUN_ERRORS} errors nobody expected. ` +
        `The log has the last as ${reference}`;
      await failTask(context, lane, message);
    } else {
      const to = clock.now() + FIRST_PAUSE_MS * 2 ** (errors - 1);
      await lane.postpone(to, dueRecord("ready", { ...troubles, errors }));
    }
  } catch (failure) {
    onUnexpected(failure, "giving a task back", about); // Its lease runs out, and another process takes it.
  }
}
