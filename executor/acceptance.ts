import type { App } from "./app.ts";
import type { InputValues } from "./definition/schema.ts";
import type { StepStates } from "./fork_plan.ts";
import { advance, unbegunLife } from "./run/advance.ts";
import { LEASE_MS, type RunContext } from "./run/context.ts";
import type { Listener } from "./run/listener.ts";
import { observeChange, taskRefOf } from "./run/observe_change.ts";
import type { TaskLife } from "./states.ts";
import type { NewFork } from "./store/forks.ts";
import { NO_TROUBLES } from "./store/due.ts";
import type { TaskRecord } from "./store/records.ts";
import type { NewRequest } from "./store/requests.ts";
import { type NewTask, rowOf } from "./store/tasks.ts";
import type { NewVisit } from "./store/visits.ts";
import type { ForkedFrom, Origin } from "./task.ts";

/** A task to be accepted, its inputs checked. */
export interface TaskRequest {
  readonly app: App;
  /** Of the app's record: somebody may have saved or deleted it since. Null for a kept version. */
  readonly appVersionstamp: string | null;
  readonly inputs: InputValues;
  readonly origin: Origin;
  readonly fork?: ForkRequest;
  /** Remembered in the same commit. */
  readonly request?: NewRequest;
  /** Kept in the same commit. */
  readonly visit?: NewVisit;
}

/** What makes a request that for a fork. */
export interface ForkRequest {
  /** The new task's id, which its copies have been written under. */
  readonly id: string;
  /** When that id was made, in epoch milliseconds. */
  readonly at: number;
  readonly from: ForkedFrom;
  /** The states it begins with, by step id. */
  readonly steps: StepStates;
  readonly stored: NewFork;
}

/** How accepting ended. `changed`: what the request rests on is no more as it was. */
export type Acceptance =
  | { readonly type: "accepted"; readonly taskId: string }
  | { readonly type: "changed" }
  /** As many tasks are queued as may be, and none was taken since. */
  | { readonly type: "queue-full"; readonly limit: number };

/** Takes tasks in; they are durable once it resolves with `accepted`. */
export type Accept = (request: TaskRequest) => Promise<Acceptance>;

/** Tasks start in this process at once where it has a free slot, else they queue. */
export function createAccept(context: RunContext, listener: Listener | null): Accept {
  const { store, hub, clock, ids, backlog } = context;

  async function add(task: NewTask): Promise<string | null> {
    let failure: { readonly error: unknown } | null = null;
    try {
      const result = await store.tasks.add(task);
      if (result.ok) return result.versionstamp;
    } catch (error) {
      failure = { error };
    }
    // It may have been applied although it threw, or was refused when it was sent a second time.
    const stored = await store.tasks.read(task.record.id);
    if (stored?.record.writer === task.record.writer) return stored.versionstamp;
    if (failure !== null) throw failure.error;
    return null;
  }

  return async function accept(asked) {
    const { app, appVersionstamp, inputs, origin, fork, request, visit } = asked;
    const plan = await context.planOf(app);
    const now = clock.now();
    // Who takes a task from the queue reads the results it begins with, and sees to its slot.
    const hasCopies = fork !== undefined && Object.keys(fork.steps).length > 0;
    const wantsSlot = app.definition.concurrency !== undefined;
    const isOurs = !hasCopies && !wantsSlot && (listener?.reserve() ?? false);
    if (!isOurs && await backlog.isFull()) return { type: "queue-full", limit: backlog.limit };
    const unbegun = lifeOf(app, fork);
    const due = dueOf(isOurs, now);
    const record: TaskRecord = {
      id: fork?.id ?? ids.task(now),
      revision: 1,
      writer: ids.nonce(),
      app: { id: app.id, name: app.definition.name, version: app.version },
      origin,
      ...(fork && { forkedFrom: fork.from }),
      createdAt: fork?.at ?? now,
      ...(isOurs ? advance(unbegun, plan, now) : unbegun),
      dueAt: due.at,
    };
    let isRunning = false;
    try {
      const versionstamp = await add({
        record,
        inputs: JSON.stringify(inputs),
        due,
        appVersionstamp,
        fork: fork?.stored ?? null,
        request: request ?? null,
        visit: visit ?? null,
      });
      if (versionstamp === null) {
        await store.removeUnaccepted(record.id);
        return { type: "changed" };
      }
      hub.rowChanged(rowOf(record));
      const isQueued = !isOurs;
      context.observer.onEvent({
        type: "task-accepted",
        task: taskRefOf(record),
        origin,
        isQueued,
      });
      observeChange(context, { before: unbegun, after: record, app });
      if (isOurs) {
        const task = { record, versionstamp };
        const lease = { vestAt: due.at, versionstamp, ...NO_TROUBLES };
        isRunning = true;
        listener?.runReserved({ task, lease, app, plan, freshInputs: inputs });
      } else {
        backlog.added();
        listener?.wake();
      }
      return { type: "accepted", taskId: record.id };
    } finally {
      if (isOurs && !isRunning) listener?.unreserve();
    }
  };
}

function lifeOf({ definition }: App, fork: ForkRequest | undefined): TaskLife {
  const life = unbegunLife(definition.steps.map(({ id }) => id));
  return fork === undefined ? life : { ...life, steps: { ...life.steps, ...fork.steps } };
}

/** The place in the queue of a new task: leased by its own process, or anybody's at once. */
function dueOf(isOurs: boolean, now: number): NewTask["due"] {
  return isOurs ? { status: "leased", at: now + LEASE_MS } : { status: "ready", at: now };
}
