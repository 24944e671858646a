import { Definition } from "../executor/definition/schema.ts";
import { type Kv, openKv, startExecutor, type TaskStatus } from "../executor/mod.ts";

/** Three steps in a row that do nothing: what is measured is the running of them. */
export const STEPS_IN_A_ROW = Definition.parse({
  name: "No-op",
  steps: [step("one", []), step("two", ["one"]), step("three", ["two"])],
});

/** Steps that do nothing, all at the same time. */
export function parallelSteps(count: number): Definition {
  return Definition.parse({
    name: "No-op, in parallel",
    steps: Array.from({ length: count }, (_, i) => step(`step_${i + 1}`, [])),
  });
}

function step(id: string, needs: string[]) {
  return { id, name: id, kind: "template", config: { text: "done" }, needs };
}

/** An executor in this process, on a database of its own, that runs tasks of one app. */
export interface NoOpApp {
  /** Submits a task; resolves with its id when it has completed. */
  complete(): Promise<string>;
  /** Completes `count` tasks, `inFlight` at any time; resolves with how many that was a second. */
  rateOf(count: number, inFlight: number): Promise<number>;
  stop(): Promise<void>;
}

/**
 * @param path of the database; a new one gets the app, another one has it.
 * @param wrap what the executor gets instead of the database, such as a recorder of it.
 */
export async function startNoOpApp(
  path: string,
  definition: Definition,
  wrap: (kv: Kv) => Kv = (kv) => kv,
): Promise<NoOpApp> {
  const opened = await openKv(path);
  const executor = await startExecutor({
    kv: wrap(opened.kv),
    onUnexpected: (error, where) => console.error(`[${where}]`, error),
  });
  await executor.apps.seed(() => Promise.resolve([definition]));
  const app = (await executor.apps.names()).find(({ name }) => name === definition.name);
  if (app === undefined) throw new Error("Cannot measure: the app is not in the database");
  const appId = app.id;
  const early = new Map<string, TaskStatus>();
  const waiting = new Map<string, (status: TaskStatus) => void>();
  const unwatch = executor.tasks.watchRows(({ id, status }) => {
    if (status === "running") return;
    const tell = waiting.get(id);
    if (tell === undefined) early.set(id, status);
    else tell(status);
    waiting.delete(id);
  });

  /** A task may end before its start is answered. */
  function endOf(taskId: string): Promise<TaskStatus> {
    const status = early.get(taskId);
    early.delete(taskId);
    return new Promise((resolve) => {
      if (status === undefined) waiting.set(taskId, resolve);
      else resolve(status);
    });
  }

  async function complete(): Promise<string> {
    const inputs = { source: "json", fields: {} } as const;
    const result = await executor.tasks.start(appId, inputs, { kind: "api" });
    if (result.type !== "started") throw new Error(`Cannot measure: start is "${result.type}"`);
    const status = await endOf(result.taskId);
    if (status !== "completed") throw new Error(`Cannot measure: the task is "${status}"`);
    return result.taskId;
  }

  return {
    complete,
    /** Each that completes makes room for the next. */
    async rateOf(count, inFlight) {
      let left = count;
      async function work(): Promise<void> {
        while (left-- > 0) await complete();
      }
      const start = performance.now();
      await Promise.all(Array.from({ length: inFlight }, work));
      return count / (performance.now() - start) * 1_000;
    },
    async stop() {
      unwatch();
      await executor.stop(1_000);
      opened.close();
    },
  };
}
