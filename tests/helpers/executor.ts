import {
  type App,
  type Executor,
  type ExecutorEvent,
  type ExecutorOptions,
  type Kv,
  type OnUnexpected,
  openKv,
  type RawInputs,
  startExecutor,
  type TaskJson,
} from "../../executor/mod.ts";
import { stepKinds } from "../../executor/steps/registry.ts";
import { definitionOf, type DefinitionSketch } from "./definitions.ts";
import { FakeClock } from "./fake_clock.ts";
import { createGates, type Gates } from "./gates.ts";
import { KvProbe, turn } from "./kv_probe.ts";

/** An executor with its own clock and gates, and what a test needs of it. */
export interface TestExecutor extends AsyncDisposable {
  readonly executor: Executor;
  readonly clock: FakeClock;
  readonly gates: Gates;
  readonly kv: KvProbe;
  /** What nobody expected, as told by the executor. */
  readonly unexpected: unknown[];
  /** Adds an app. */
  add(sketch?: DefinitionSketch): Promise<App>;
  /** Starts a task, and says which. */
  start(appId: string, inputs?: Readonly<Record<string, unknown>>): Promise<string>;
  read(taskId: string): Promise<TaskJson>;
  /** The task once it has ended. */
  ended(taskId: string): Promise<TaskJson>;
  /** The task once it has ended, and what ran of it has stopped too. */
  closed(taskId: string): Promise<TaskJson>;
  /** The task once it is as wanted. */
  when(taskId: string, isSo: (task: TaskJson) => boolean): Promise<TaskJson>;
}

/** What a test may choose of an executor. */
type Chosen =
  | "accessRealm"
  | "concurrency"
  | "maxQueued"
  | "model"
  | "random"
  | "retentionDays"
  | "watch";

export interface TestExecutorOptions extends Partial<Pick<ExecutorOptions, Chosen>> {
  /** A database to share; without it, one in memory that ends with the executor. */
  readonly kv?: Kv;
  readonly clock?: FakeClock;
  readonly gates?: Gates;
  readonly onEvent?: (event: ExecutorEvent) => void;
  readonly onUnexpected?: OnUnexpected;
}

/** A fresh executor whose kinds are those of the product and `"gate"`. */
export async function startTestExecutor(options: TestExecutorOptions = {}): Promise<TestExecutor> {
  const {
    clock = new FakeClock(),
    gates = createGates(),
    kv: shared,
    onEvent,
    onUnexpected,
    ...rest
  } = options;
  const opened = shared === undefined ? await openKv(":memory:") : null;
  const kv = new KvProbe(shared ?? opened?.kv ?? unreachable());
  const unexpected: unknown[] = [];
  const executor = await startExecutor({
    ...rest,
    kv,
    clock,
    kinds: new Map([...stepKinds, [gates.kind.kind, gates.kind]]),
    onUnexpected(error, where, about) {
      unexpected.push(error);
      onUnexpected?.(error, where, about);
    },
    observer: onEvent && { onEvent, within: (_, run) => run() },
  });
  // What it notes at its start would come in among what a test counts, holds or fails.
  await kv.idle();

  async function read(taskId: string): Promise<TaskJson> {
    return await executor.tasks.readJson(taskId) ?? unreachable();
  }

  async function when(taskId: string, isSo: (task: TaskJson) => boolean): Promise<TaskJson> {
    for (;;) {
      const changed = Promise.withResolvers<void>();
      const unwatch = executor.tasks.watch(taskId, changed.resolve);
      const task = await read(taskId);
      if (!isSo(task)) await changed.promise;
      unwatch();
      if (isSo(task)) return task;
    }
  }

  return {
    executor,
    clock,
    gates,
    kv,
    unexpected,
    read,
    when,
    ended: (taskId) => when(taskId, ({ status }) => status !== "running"),
    closed: (taskId) =>
      when(taskId, ({ status, closedAt }) => status !== "running" && closedAt !== null),
    add: (sketch) => addApp(executor, sketch),
    start: (appId, inputs) => startTask(executor, appId, inputs),
    async [Symbol.asyncDispose]() {
      await stop({ executor, clock, kv });
      await kv.idle();
      opened?.close();
    },
  };
}

/** Turns of the event loop, with the database at rest, in which what heeds its signal has stopped. */
const PATIENT_TURNS = 200;

/**
 * Stops an executor whose clock stands still: what runs is handed over at once. Time passes only
 * where something heeds no signal, and has to be waited for; never while the database, however slow
 * the machine, is at work.
 */
export async function stop(
  { executor, clock, kv }: Pick<TestExecutor, "executor" | "clock" | "kv">,
): Promise<void> {
  let isStopped = false;
  const stopping = executor.stop(0).finally(() => isStopped = true);
  for (let quiet = 0; !isStopped;) {
    await turn();
    quiet = kv.isBusy ? 0 : quiet + 1;
    clock.advance(quiet > PATIENT_TURNS ? 100 : 0);
  }
  await stopping;
}

/** Adds an app whose definition is as sketched. */
export async function addApp(executor: Executor, sketch: DefinitionSketch = {}): Promise<App> {
  const app = await executor.apps.create(null) ?? unreachable();
  const { name, description, ...rest } = definitionOf(sketch);
  const draft = { name, description, text: JSON.stringify(rest), basedOn: app.version };
  const saved = await executor.apps.save(app.id, draft);
  if (saved.type === "saved") return saved.app;
  throw new Error(`Cannot add the app: ${JSON.stringify(saved)}`);
}

/** Starts a task as a program would. */
export async function startTask(
  executor: Executor,
  appId: string,
  inputs: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const raw: RawInputs = { source: "json", fields: inputs };
  const result = await executor.tasks.start(appId, raw, { kind: "api" });
  if (result.type === "started") return result.taskId;
  throw new Error(`Cannot start the task: ${JSON.stringify(result)}`);
}

/** Starts two tasks, the second when the first has gone as far as it can: it is ahead in any line. */
export async function startTwo(
  { start, kv }: Pick<TestExecutor, "start" | "kv">,
  appId: string,
): Promise<[first: string, second: string]> {
  const first = await start(appId);
  await kv.idle();
  return [first, await start(appId)];
}

function unreachable(): never {
  throw new Error("Cannot go on: this cannot be");
}
