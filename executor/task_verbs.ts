import { createAccept } from "./acceptance.ts";
import type { App } from "./app.ts";
import type { RawInputs } from "./definition/inputs.ts";
import type { InputValues, OutputType } from "./definition/schema.ts";
import { lostApp, versionOf } from "./read/lost_app.ts";
import { createTaskReads } from "./read/task_reads.ts";
import { createFork, type Fork } from "./fork_verb.ts";
import type { RunContext } from "./run/context.ts";
import { forgetLeftTexts } from "./run/left_texts.ts";
import type { Listener } from "./run/listener.ts";
import { observeChange } from "./run/observe_change.ts";
import { nameRequest, requestName, type SentRequest, type StartTarget } from "./sent_request.ts";
import { checkStart, type Unstartable } from "./start_check.ts";
import { hasEnded, isClosing } from "./states.ts";
import { transition } from "./transition.ts";
import { tidy } from "./run/tidying.ts";
import type { HistoryQuery } from "./store/history.ts";
import type { HistoryFilter } from "./store/keys.ts";
import type { NewRequest } from "./store/requests.ts";
import { rowOf, type StoredTask, type TaskChange } from "./store/tasks.ts";
import type { Origin, TaskDetail, TaskJson, TaskPage, TaskRow } from "./task.ts";

/** How an attempt to start a task ended. */
export type StartResult =
  | { readonly type: "started"; readonly taskId: string }
  | Unstartable
  /** So many tasks are queued that no more are taken in for now. */
  | { readonly type: "queue-full"; readonly app: App; readonly limit: number };

/** How a request ended that may have been sent before. */
export type OnceResult =
  | StartResult
  /** The same request has made this task before; it may have been deleted since. */
  | { readonly type: "repeated"; readonly taskId: string }
  /** Its sender has used the key for something else. */
  | { readonly type: "key-reused" };

/** How an attempt to cancel ended. `ended`: it had completed or failed before. */
export type CancelResult = "cancelled" | "ended" | "unknown-task";

/** How an attempt to delete ended. A task that runs has to be cancelled first. */
export type DeleteResult = "deleted" | "running" | "unknown-task";

/** Most tries against a worker that commits at the same time. */
const MAX_TRIES = 50;

/** How a task is to be started. */
interface Start {
  readonly raw: RawInputs;
  readonly origin: Origin;
  readonly request?: NewRequest;
}

/** What people and programs do with tasks. */
export interface Tasks {
  /** Accepts a task of the app's current version; it is durable when this resolves. */
  start(appId: string, raw: RawInputs, origin: Origin): Promise<StartResult>;
  /** The same for a request that may be sent again: for 24 hours it makes one task only. */
  startOnce(
    appId: string,
    raw: RawInputs,
    options: { readonly origin: Origin; readonly request: SentRequest },
  ): Promise<OnceResult>;
  /** Whether a task was made by a request of this sender's key: sent again it makes no other. */
  hasMade(target: StartTarget, request: SentRequest): Promise<boolean>;
  /** Runs a task's app again as a new task, from a step on where one is named. */
  fork: Fork;
  cancel(taskId: string): Promise<CancelResult>;
  /** Takes a task that has ended out of sight, and then removes everything it owns. */
  delete(taskId: string): Promise<DeleteResult>;
  /** A page of the history, newest first; `limit` from 1 to 100. */
  list(query: HistoryQuery): Promise<TaskPage>;
  /** How many tasks are newer than the id `since`, counted up to `limit`. */
  countAfter(filter: HistoryFilter, since: string, limit: number): Promise<number>;
  readRow(taskId: string): Promise<TaskRow | null>;
  /** What a page shows; `previous` is an earlier reading of it, to spare work. */
  read(taskId: string, previous?: TaskDetail | null): Promise<TaskDetail | null>;
  readJson(taskId: string): Promise<TaskJson | null>;
  /** The inputs of a task; null when there is no such task. */
  readInputs(taskId: string): Promise<InputValues | null>;
  /** A whole output; null when there is no such task or output, or it has not completed. */
  readOutput(
    taskId: string,
    name: string,
  ): Promise<{ readonly type: OutputType; readonly text: string } | null>;
  /** Calls `onChange` after each change of a task; the answer ends it. */
  watch(taskId: string, onChange: () => void): () => void;
  /**
   * Calls `onChange` with the row of each task accepted, started, ended or deleted here, and
   * `onOthers` when others may have changed any; the answer ends both.
   */
  watchRows(onChange: (row: TaskRow) => void, onOthers?: () => void): () => void;
}

export function createTasks(context: RunContext, listener: Listener | null): Tasks {
  const { store, hub, clock, ids } = context;
  const accept = createAccept(context, listener);

  /** Null where somebody saved the app, or the same request made a task, at the same time. */
  async function tryStart(appId: string, start: Start): Promise<StartResult | null> {
    const checked = await checkStart(store, appId, start.raw);
    if (checked?.type !== "startable") return checked;
    const { app } = checked;
    const { origin, request } = start;
    const acceptance = await accept({ ...checked, origin, request });
    switch (acceptance.type) {
      case "accepted":
        return { type: "started", taskId: acceptance.taskId };
      case "queue-full":
        return { ...acceptance, app };
      case "changed":
        store.apps.forget(appId);
        return null;
    }
  }

  async function start(appId: string, raw: RawInputs, origin: Origin): Promise<StartResult> {
    for (;;) {
      const result = await tryStart(appId, { raw, origin });
      if (result !== null) return result;
    }
  }

  return {
    start,

    async startOnce(appId, raw, { origin, request: sent }) {
      const request = await nameRequest({ appId }, sent);
      for (;;) {
        const earlier = await store.requests.read(request.name);
        if (earlier !== null) {
          return earlier.fingerprint === request.fingerprint
            ? { type: "repeated", taskId: earlier.taskId }
            : { type: "key-reused" };
        }
        const result = await tryStart(appId, { raw, origin, request });
        if (result !== null) return result;
      }
    },

    async hasMade(target, request) {
      return await store.requests.read(await requestName(target, request)) !== null;
    },

    fork: createFork(context, accept),
    watch: hub.watchTask,
    watchRows: hub.watchRows,
    list: store.history.page,
    countAfter: store.history.countAfter,
    ...createTaskReads(context),

    async cancel(taskId) {
      for (let tries = 1; tries <= MAX_TRIES; tries++) {
        const task = await store.tasks.read(taskId);
        if (task === null) return "unknown-task";
        if (task.record.state.status === "cancelled") return "cancelled";
        if (hasEnded(task.record.state)) return "ended";
        if (await tryCancel(task)) return "cancelled";
      }
      throw new Error(`Cannot cancel task "${taskId}": it changed ${MAX_TRIES} times`);
    },

    async delete(taskId) {
      for (let tries = 1; tries <= MAX_TRIES; tries++) {
        const task = await store.tasks.read(taskId);
        if (task === null) return "unknown-task";
        if (!hasEnded(task.record.state)) return "running";
        if (await tryDelete(task)) return "deleted";
      }
      throw new Error(`Cannot delete task "${taskId}": it changed ${MAX_TRIES} times`);
    },

    async readRow(taskId) {
      const stored = await store.tasks.read(taskId);
      return stored === null ? null : rowOf(stored.record);
    },
  };

  /** False where somebody else deleted it, or its last attempt was just closed. */
  async function tryDelete(task: StoredTask): Promise<boolean> {
    if (!await store.deletions.hide(task)) return false;
    const { id: taskId, app } = task.record;
    hub.taskChanged(taskId);
    hub.rowChanged(rowOf(task.record));
    context.observer.onEvent({ type: "task-deleted", taskId, reason: "asked" });
    // It is gone for everybody: what is left undone here is done by the next sweep.
    await store.deletions.cleanUp(taskId, app.id)
      .catch((error) => context.onUnexpected(error, "deletion", { taskId }));
    return true;
  }

  async function tryCancel(task: StoredTask): Promise<boolean> {
    const { id, revision, slot } = task.record;
    const isIdle = slot?.type === "waiting";
    const life = transition(task.record, { type: "task-cancelled", at: clock.now(), isIdle });
    const writer = ids.nonce();
    const next = { ...task.record, ...life, revision: revision + 1, writer };
    const isCommitted = await commitOrLook({
      task,
      lease: null,
      next,
      steps: new Map(),
      outputs: new Map(),
      // Whoever runs it stops its attempts and then takes the item out; or his lease runs out.
      due: { type: isClosing(life.state) ? "stay" : "remove" },
    });
    if (!isCommitted) return false;
    listener?.abandon(id);
    hub.rowChanged(rowOf(next));
    hub.taskChanged(id);
    const app = await versionOf(store, next) ?? lostApp(next);
    observeChange(context, { before: task.record, after: next, app });
    await (isClosing(next.state) ? forgetLeftTexts(context, next) : tidy(context, next));
    return true;
  }

  /** Whether a change was committed, also where the commit threw, or was refused the second time. */
  async function commitOrLook(change: TaskChange): Promise<boolean> {
    try {
      if ((await store.tasks.commit(change)).ok) return true;
    } catch (error) {
      context.onUnexpected(error, "cancellation", { taskId: change.next.id });
    }
    const stored = await store.tasks.read(change.next.id);
    return stored?.record.writer === change.next.writer;
  }
}
