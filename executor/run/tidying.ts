import { hasEnded, isClosing } from "../states.ts";
import type { TaskRecord } from "../store/records.ts";
import { isUntidy } from "../store/untidy.ts";
import type { RunContext } from "./context.ts";
import { forgetLeftTexts, shownRuns } from "./left_texts.ts";

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

/** The same for a worker whose task has just ended: most need none of it. */
export async function tidyAfterRun(
  context: Tidying,
  record: TaskRecord,
  { crashes, isFresh }: { readonly crashes: number; readonly isFresh: boolean },
): Promise<void> {
  if (isUntidy(record, crashes)) return await tidy(context, record);
  if (isFresh) return;
  await forgetLeftTexts(context, record);
  await context.store.tasks.sweepParts(record.id);
}

/**
 * Where others ended or deleted a task that ran here: removes what it has written since, and its
 * slot. What they still run is tidied up when it ends.
 */
export async function tidyAfterOthers(context: Tidying, record: TaskRecord): Promise<void> {
  const { store } = context;
  const task = await store.tasks.read(record.id);
  if (task === null) {
    await store.deletions.cleanUpAgain(record.id);
    await store.slots.freeOf(record);
  } else if (hasEnded(task.record.state) && !isClosing(task.record.state)) {
    await tidy(context, task.record);
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
