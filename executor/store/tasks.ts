import type { InputValues } from "../definition/schema.ts";
import { hasEnded } from "../states.ts";
import type { Excerpt, TaskRow, TaskStatus } from "../task.ts";
import type { StepScope } from "../template/liquid.ts";
import { type PreparedBody, readBody, readExcerpt, takesParts, writeBody } from "./bodies.ts";
import type { CommitResult } from "./committer.ts";
import { type Database, deleteKey } from "./database.ts";
import { DUE_BYTES, type DueMove, dueRecord, keepsSlot, type Troubles, troublesOf } from "./due.ts";
import { type NewFork, setFork } from "./forks.ts";
import { historyKeys, keys } from "./keys.ts";
import { laneOf, type NewRequest, setRequest } from "./requests.ts";
import { Body, DueRecord, InputRecord, recordSize, StepRecord, TaskRecord } from "./records.ts";
import { markUnaccepted } from "./unaccepted.ts";
import { leaveSlot } from "./slots.ts";
import { parseStored } from "./unreadable.ts";
import { isUntidy } from "./untidy.ts";
import { laneOf as laneOfLink, type NewVisit, setVisit } from "./visits.ts";
import { WriteSet } from "./write_set.ts";

/** A task as read: `versionstamp` fences writes that are based on it. */
export interface StoredTask {
  readonly record: TaskRecord;
  readonly versionstamp: string;
}

/** A claim on a task's item in the queue, good until `vestAt` (epoch milliseconds). */
export interface Lease extends Troubles {
  readonly vestAt: number;
  readonly versionstamp: string;
}

/** One transition of a task, to be committed whole or not at all. */
export interface TaskChange {
  readonly task: StoredTask;
  /** Checked as well, where a worker writes; null where somebody else ends the task. */
  readonly lease: Lease | null;
  readonly next: TaskRecord;
  readonly steps: ReadonlyMap<string, PreparedStep>;
  readonly outputs: ReadonlyMap<string, PreparedBody>;
  readonly due: DueMove;
}

/** A task to be accepted. `inputs` is JSON. */
export interface NewTask {
  readonly record: TaskRecord;
  readonly inputs: string;
  readonly due: Pick<DueRecord, "status"> & { readonly at: number };
  /** Null where a version is run that stays, whatever becomes of its app. */
  readonly appVersionstamp: string | null;
  readonly fork: NewFork | null;
  /** Null where the request for it is not remembered. */
  readonly request: NewRequest | null;
  /** Null where no visitor of another site starts it. */
  readonly visit: NewVisit | null;
}

/** A step's record, and how many bytes it takes. */
export interface PreparedStep {
  readonly record: StepRecord;
  readonly size: number;
}

/** Keys one `getMany` takes. */
const KEYS_A_READ = 10;
const EndOfTask = TaskRecord.pick({ state: true });

const ROW_BYTES = 700;

/** Reads and writes of tasks. */
export type TaskStore = ReturnType<typeof createTaskStore>;

export function createTaskStore(database: Database, tellSlotFreed: (appId: string) => void) {
  const { kv, committer, ids } = database;

  async function readSteps(taskId: string): Promise<ReadonlyMap<string, StepRecord>> {
    const steps = new Map<string, StepRecord>();
    for await (const { key, value } of kv.list({ prefix: keys.steps(taskId) })) {
      steps.set(String(key.at(-1)), StepRecord.parse(value));
    }
    return steps;
  }

  async function readOutputs(taskId: string): Promise<ReadonlyMap<string, Body>> {
    const outputs = new Map<string, Body>();
    for await (const { key, value } of kv.list({ prefix: keys.outputs(taskId) })) {
      outputs.set(String(key.at(-1)), Body.parse(value));
    }
    return outputs;
  }

  return {
    readSteps,
    readOutputs,

    /**
     * Adds a task with its inputs, history rows and item in the queue. Refused where the app has
     * been saved or deleted since `appVersionstamp`, where a sweep took its parts for left over,
     * where the task it is a fork of has started, ended or been deleted since it was read, where the
     * same request has made a task before, and where the link that a visitor starts it by has gone
     * or started another.
     */
    async add(task: NewTask): Promise<CommitResult> {
      const { record, inputs, due, appVersionstamp, fork, request, visit } = task;
      const marker = fork?.mark ??
        (takesParts(inputs) ? await markUnaccepted(database, record.id) : null);
      const inputBody = await writeBody(kv, inputs, record.id, ids.nonce());
      const lanes = [request && laneOf(request), visit && laneOfLink(visit.change)];
      const writes = new WriteSet(record.id, ...lanes.filter((lane) => lane !== null))
        .check(keys.task(record.id), null)
        .set(keys.task(record.id), record, recordSize(record))
        .set(keys.inputs(record.id), inputBody.body, inputBody.size)
        .set(keys.due(due.at, record.id), dueRecord(due.status), DUE_BYTES);
      if (appVersionstamp !== null) writes.check(keys.app(record.app.id), appVersionstamp);
      if (fork !== null) setFork(writes, record, fork);
      if (request !== null) setRequest(writes, record.id, request);
      if (visit !== null) setVisit(writes, record.id, visit);
      if (due.status === "ready") writes.ring("work");
      if (marker !== null) {
        writes.check(keys.partsBefore(record.id), marker).delete(keys.partsBefore(record.id));
      }
      setRows(writes, record);
      return await committer.commit(writes);
    },

    /** @throws {UnreadableError} where what stands there is no task. */
    async read(taskId: string): Promise<StoredTask | null> {
      const { value, versionstamp } = await kv.get(keys.task(taskId));
      if (versionstamp === null) return null;
      return { record: parseStored(TaskRecord, value, `task "${taskId}"`), versionstamp };
    },

    async exists(taskId: string): Promise<boolean> {
      return (await kv.get(keys.task(taskId))).versionstamp !== null;
    },

    /** Those of these tasks that have ended, or are gone. */
    async readEnded(taskIds: readonly string[]): Promise<string[]> {
      const ended: string[] = [];
      for (let first = 0; first < taskIds.length; first += KEYS_A_READ) {
        const some = taskIds.slice(first, first + KEYS_A_READ);
        const entries = await kv.getMany(some.map(keys.task));
        for (const [i, { value, versionstamp }] of entries.entries()) {
          const { data } = EndOfTask.safeParse(value);
          const hasGone = versionstamp === null;
          if (hasGone || (data !== undefined && hasEnded(data.state))) ended.push(some[i] ?? "");
        }
      }
      return ended;
    },

    async readInputs(taskId: string): Promise<InputValues> {
      const { value } = await kv.get(keys.inputs(taskId));
      return InputRecord.parse(JSON.parse(await readBody(kv, taskId, Body.parse(value))));
    },

    async commit(change: TaskChange): Promise<CommitResult> {
      const { slot, app } = change.task.record;
      const freesSlot = slot?.type === "held" && !keepsSlot(change.due);
      try {
        return await committer.commit(writesOf(change));
      } finally {
        if (freesSlot) tellSlotFreed(app.id); // it looks, whether or not this was applied
      }
    },

    /**
     * Moves a task's item in the queue, its record untouched: refused where it is not as it was, if
     * it is given.
     */
    moveDue(
      taskId: string,
      lease: Lease,
      move: Exclude<DueMove, { type: "stay" }>,
      task?: StoredTask,
    ): Promise<CommitResult> {
      const writes = new WriteSet(taskId);
      if (task !== undefined) writes.check(keys.task(taskId), task.versionstamp);
      moveDue(writes, taskId, lease, move);
      return committer.commit(writes);
    },

    /** The lease that stands at a time; null when there is none. */
    async readLease(taskId: string, vestAt: number): Promise<Lease | null> {
      const { value, versionstamp } = await kv.get(keys.due(vestAt, taskId));
      if (versionstamp === null) return null;
      return { vestAt, versionstamp, ...troublesOf(DueRecord.parse(value)) };
    },

    /** Prepares a body: long texts are written at once, as parts nobody names yet. */
    prepare: (taskId: string, text: string): Promise<PreparedBody> =>
      writeBody(kv, text, taskId, ids.nonce()),

    async readOutput(taskId: string, name: string): Promise<string | null> {
      const { value, versionstamp } = await kv.get(keys.output(taskId, name));
      return versionstamp === null ? null : await readBody(kv, taskId, Body.parse(value));
    },

    readBody: (taskId: string, body: Body): Promise<string> => readBody(kv, taskId, body),

    readExcerpt: (taskId: string, body: Body, limit: number): Promise<Excerpt> =>
      readExcerpt(kv, taskId, body, limit),

    /** What the steps that have ended gave, by step id: a result, or why there is none. */
    async readResults(taskId: string): Promise<ReadonlyMap<string, StepScope>> {
      const results = new Map<string, StepScope>();
      for (const [stepId, { body, format, error }] of await readSteps(taskId)) {
        if (error !== null) results.set(stepId, { output: null, error });
        if (body === null) continue;
        const text = await readBody(kv, taskId, body);
        results.set(stepId, { output: format === "json" ? JSON.parse(text) : text });
      }
      return results;
    },

    /** Removes the parts of a task that no record names. */
    async sweepParts(taskId: string): Promise<void> {
      const inputs = Body.parse((await kv.get(keys.inputs(taskId))).value);
      const steps = [...(await readSteps(taskId)).values()].map(({ body }) => body);
      const outputs = [...(await readOutputs(taskId)).values()];
      const named = new Set(
        [inputs, ...steps, ...outputs].map((body) => body?.place === "parts" ? body.set : null),
      );
      for await (const { key } of kv.list({ prefix: keys.partsOf(taskId) })) {
        if (!named.has(String(key[2]))) await deleteKey(database, key);
      }
    },
  };
}

function writesOf({ task, lease, next, steps, outputs, due }: TaskChange): WriteSet {
  const { id } = next;
  const writes = new WriteSet(id)
    .check(keys.task(id), task.versionstamp)
    .set(keys.task(id), next, recordSize(next));
  for (const [stepId, { record, size }] of steps) writes.set(keys.step(id, stepId), record, size);
  for (const [name, { body, size }] of outputs) writes.set(keys.output(id, name), body, size);
  moveRows(writes, task.record, next);
  if (isUntidy(next, lease?.crashes ?? 0)) writes.set(keys.untidy(id), true, 10);
  if (lease === null) writes.ring("ends");
  if (lease !== null) moveDue(writes, id, lease, due);
  else if (due.type === "remove" && task.record.dueAt !== null) {
    writes.delete(keys.due(task.record.dueAt, id));
  }
  if (!keepsSlot(due)) leaveSlot(writes, task.record);
  return writes;
}

function moveDue(writes: WriteSet, taskId: string, lease: Lease, move: DueMove): void {
  const key = keys.due(lease.vestAt, taskId);
  writes.check(key, lease.versionstamp);
  if (move.type === "stay") return;
  writes.delete(key);
  if (move.type !== "move") return;
  writes.set(keys.due(move.to, taskId), move.record, DUE_BYTES);
  if (move.record.status === "ready") writes.ring("work");
}

/** Rewrites the history's rows where what they show has changed. */
function moveRows(writes: WriteSet, before: TaskRecord, after: TaskRecord): void {
  const hasMoved = before.state.status !== after.state.status;
  if (!hasMoved && before.state.startedAt === after.state.startedAt) return;
  replaceRows(writes, before.state.status, after);
}

/** Writes the history's rows of a task that stood there with this status. */
export function replaceRows(writes: WriteSet, before: TaskStatus, after: TaskRecord): void {
  const kept = historyKeys(after.id, after.app.id, after.state.status).map(String);
  for (const key of historyKeys(after.id, after.app.id, before)) {
    if (!kept.includes(String(key))) writes.delete(key);
  }
  setRows(writes, after);
}

function setRows(writes: WriteSet, record: TaskRecord): void {
  const row = rowOf(record);
  writes.ring("rows");
  for (const key of historyKeys(record.id, record.app.id, record.state.status)) {
    writes.set(key, row, ROW_BYTES);
  }
}

/** The row of a task in the history. */
export function rowOf({ id, state, app, origin, createdAt }: TaskRecord): TaskRow {
  return {
    id,
    status: state.status,
    app,
    origin,
    createdAt,
    startedAt: state.startedAt,
    finishedAt: hasEnded(state) && "finishedAt" in state ? state.finishedAt : null,
  };
}
