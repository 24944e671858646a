import { hasEnded, isClosing } from "../states.ts";
import type { TaskRecord } from "../store/records.ts";
import type { RunContext } from "./context.ts";
import { shownRuns } from "./left_texts.ts";

type Tidying = Pick<RunContext, "store" | "onUnexpected">;

/**
 * Removes what earlier workers and attempts of a task that has ended have left and nothing names.
 * Never rejects: what fails is done by the next {@link tidyLeft}.
 */
export async function tidy(context: Tidying, record: TaskRecord): Promise<void> {
  const { store, onUnexpected } = context;
  const { id: taskId } = record;
  try {
    await store.texts.forgetAllBut(taskId, shownRuns(record));
    await store.tasks.sweepParts(taskId);
    await store.untidy.remove(taskId);
  } catch (error) {
    onUnexpected(error, "tidying up", { taskId });
  }
}

/** Tidies up after tasks whose processes died before they did. */
export async function tidyLeft(context: Tidying): Promise<void> {
  const { store, onUnexpected } = context;
  for await (const taskId of store.untidy.list()) {
    try {
      const task = await store.tasks.read(taskId);
      if (task === null) await store.untidy.remove(taskId);
      else if (hasEnded(task.record.state) && !isClosing(task.record.state)) {
        await tidy(context, task.record);
      }
    } catch (error) {
      onUnexpected(error, "tidying up", { taskId });
    }
  }
}
