import type { RunContext } from "../run/context.ts";
import type { Tasks } from "../task_verbs.ts";
import { lostApp, versionOf } from "./lost_app.ts";
import { readTaskDetail } from "./task_detail.ts";
import { readTaskJson } from "./task_json.ts";

/** Reading one task. Each answers null where the task is gone, or went while it was read. */
export type TaskReads = Pick<Tasks, "read" | "readJson" | "readInputs" | "readOutput">;

export function createTaskReads(context: RunContext): TaskReads {
  const { store } = context;

  async function sourceOf(taskId: string) {
    const stored = await store.tasks.read(taskId);
    if (stored === null) return null;
    const { record } = stored;
    // A task whose app's version is lost can still be shown, with less to show.
    return { record, app: await versionOf(store, record) ?? lostApp(record) };
  }

  async function unlessDeleted<Result extends object>(
    taskId: string,
    reading: () => Promise<Result | null>,
  ): Promise<Result | null> {
    try {
      const result = await reading();
      if (result === null || isOfRunningTask(result)) return result;
      return await store.tasks.exists(taskId) ? result : null;
    } catch (error) {
      if (await store.tasks.exists(taskId)) throw error;
      return null;
    }
  }

  return {
    readInputs: (taskId) => unlessDeleted(taskId, () => store.tasks.readInputs(taskId)),

    read: (taskId, previous = null) =>
      unlessDeleted(taskId, async () => {
        const source = await sourceOf(taskId);
        if (source === null) return null;
        const plan = await context.planOf(source.app);
        return await readTaskDetail(context, { ...source, plan, previous });
      }),

    readJson: (taskId) =>
      unlessDeleted(taskId, async () => {
        const source = await sourceOf(taskId);
        return source === null ? null : await readTaskJson(store, source.record, source.app);
      }),

    readOutput: (taskId, name) =>
      unlessDeleted(taskId, async () => {
        const source = await sourceOf(taskId);
        const output = source?.app.definition.outputs.find((each) => each.name === name);
        if (output === undefined) return null;
        const text = await store.tasks.readOutput(taskId, name);
        return text === null ? null : { type: output.type, text };
      }),
  };
}

/** Such a task could not be deleted while it was read. */
function isOfRunningTask(result: object): boolean {
  return "status" in result && result.status === "running";
}
