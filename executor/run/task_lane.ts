import type { App } from "../app.ts";
import { hasEnded, hasStepEnded, type StepState, type TaskLife } from "../states.ts";
import type { PreparedBody } from "../store/bodies.ts";
import { type DueMove, dueRecord, keepsSlot, type Troubles, troublesOf } from "../store/due.ts";
import type { DueRecord, TaskRecord } from "../store/records.ts";
import type { UsageOfSteps } from "../transition.ts";
import { type Lease, type PreparedStep, rowOf, type StoredTask } from "../store/tasks.ts";
import type { Claim } from "./claim.ts";
import { settle } from "./closing.ts";
import { LEASE_MS, type RunContext } from "./context.ts";
import { observeChange } from "./observe_change.ts";

const MAX_COMMIT_TRIES = 5;

/** One transition of a task: its new life, and what has to be stored with it. */
export interface Draft {
  readonly life: TaskLife;
  readonly steps: ReadonlyMap<string, PreparedStep>;
  readonly outputs: ReadonlyMap<string, PreparedBody>;
}

/** A transition that brings no step's result and no output. */
export function bareDraft(life: TaskLife): Draft {
  return { life, steps: new Map(), outputs: new Map() };
}

/**
 * The one writer of a claimed task. Every write is fenced by the task's record and by its item in
 * the queue, so that a worker whose lease ran out, or whose task was cancelled, writes nothing.
 */
export class TaskLane {
  readonly #context: RunContext;
  readonly #app: App;
  #task: StoredTask;
  #lease: Lease;
  #rearm = () => {};
  #unguard = () => {};

  constructor(context: RunContext, { app, task, lease }: Pick<Claim, "app" | "task" | "lease">) {
    this.#context = context;
    this.#app = app;
    this.#task = task;
    this.#lease = lease;
  }

  get record(): TaskRecord {
    return this.#task.record;
  }

  /** What has gone wrong with earlier runs. */
  get troubles(): Troubles {
    const { crashes, errors, hasAlibi } = this.#lease;
    return { crashes, errors, hasAlibi };
  }

  /**
   * Calls `stop` when the database has been silent for as long as the lease is: what others may take
   * must not run here. The answer ends it. Nobody else takes what is in a database of one process.
   */
  guard(stop: () => void): () => void {
    const { store, clock } = this.#context;
    if (store.watches === null) return () => {};
    this.#rearm = () => {
      this.#unguard();
      this.#unguard = clock.after(this.#lease.vestAt - clock.now(), stop);
    };
    this.#rearm();
    return () => this.#unguard();
  }

  /** Commits a transition and tells the readers. False when the task is no longer ours. */
  async commit(draft: Draft, move: DueMove): Promise<boolean> {
    const before = this.record;
    const due = this.#hasHealed(draft) && move.type === "stay" ? this.#healed() : move;
    const next: TaskRecord = {
      ...(keepsSlot(due) ? before : withoutSlot(before)),
      state: draft.life.state,
      steps: draft.life.steps,
      revision: before.revision + 1,
      writer: this.#context.ids.nonce(),
      dueAt: due.type === "move" ? due.to : this.#lease.vestAt,
    };
    if (!await this.#write(draft, next, due)) return false;
    this.#publish(before, draft);
    return true;
  }

  /** Whether a task that went wrong before gets on: only what goes wrong in the same place adds up. */
  #hasHealed({ life }: Draft): boolean {
    const { crashes, errors } = this.#lease;
    if (crashes + errors === 0) return false;
    return Object.entries(life.steps).some(([stepId, state]) =>
      hasStepEnded(state) && state.status !== this.record.steps[stepId]?.status
    );
  }

  #healed(): DueMove {
    return { type: "move", to: this.#lease.vestAt, record: dueRecord("leased"), keepsSlot: true };
  }

  /** Keeps the task for another lease. False when it is no longer ours, or has ended. */
  async heartbeat(): Promise<boolean> {
    const to = this.#context.clock.now() + LEASE_MS;
    const record = dueRecord("leased", this.#lease);
    const { tasks } = this.#context.store;
    try {
      const result = await tasks.moveDue(
        this.record.id,
        this.#lease,
        { type: "move", to, record },
        this.#task,
      );
      if (result.ok) {
        this.#lease = { ...this.#lease, vestAt: to, versionstamp: result.versionstamp };
        this.#rearm();
      }
      return result.ok;
    } catch (error) {
      this.#context.onUnexpected(error, "heartbeat", { taskId: this.record.id });
      this.#lease = await tasks.readLease(this.record.id, to) ?? this.#lease;
      return true;
    }
  }

  /** Gives the task back as it stands, to be taken at `to`, where it is still ours. */
  async postpone(to: number, record: DueRecord): Promise<void> {
    await this.#context.store.tasks.moveDue(this.record.id, this.#lease, {
      type: "move",
      to,
      record,
    });
  }

  /**
   * Settles a task that is not ours any more; whether it has ended, by whoever it was.
   *
   * @param used What its steps have used that its record does not tell.
   */
  async release(used: UsageOfSteps): Promise<boolean> {
    const { tasks } = this.#context.store;
    const stored = await tasks.read(this.record.id);
    if (stored === null) await tasks.moveDue(this.record.id, this.#lease, { type: "remove" });
    else if (hasEnded(stored.record.state)) {
      await settle(this.#context, stored, this.#lease, used);
    }
    return stored === null || hasEnded(stored.record.state);
  }

  async #write(draft: Draft, next: TaskRecord, due: DueMove): Promise<boolean> {
    const { tasks } = this.#context.store;
    const change = { task: this.#task, lease: this.#lease, next, due, ...draft };
    for (let tries = 1;; tries++) {
      try {
        const result = await tasks.commit(change);
        if (!result.ok) return this.#adoptStored(await tasks.read(next.id), next, due);
        this.#adopt(next, result.versionstamp, due);
        return true;
      } catch (error) {
        this.#context.onUnexpected(error, "commit", { taskId: next.id });
        const stored = await tasks.read(next.id);
        if (this.#adoptStored(stored, next, due)) return true;
        if (stored?.versionstamp !== change.task.versionstamp) return false;
        if (tries >= MAX_COMMIT_TRIES) throw error;
      }
    }
  }

  /**
   * Whether a write was applied after all: it may have thrown, or been refused because a client that
   * heard no answer sent it a second time.
   */
  #adoptStored(stored: StoredTask | null, next: TaskRecord, due: DueMove): boolean {
    const isOurs = stored?.record.writer === next.writer;
    if (isOurs) this.#adopt(next, stored.versionstamp, due);
    return isOurs;
  }

  #adopt(record: TaskRecord, versionstamp: string, due: DueMove): void {
    this.#task = { record, versionstamp };
    if (due.type === "move") {
      this.#lease = { vestAt: due.to, versionstamp, ...troublesOf(due.record) };
    }
  }

  #publish(before: TaskRecord, draft: Draft): void {
    const { hub, store } = this.#context;
    const { id, state, steps } = this.record;
    const isRowNew = state.status !== before.state.status ||
      state.startedAt !== before.state.startedAt;
    if (isRowNew) hub.rowChanged(rowOf(this.record));
    hub.taskChanged(id);
    observeChange(this.#context, { before, after: this.record, app: this.#app });
    for (const [stepId, { record }] of draft.steps) {
      const state = steps[stepId];
      if (state?.status !== "completed" || record.error !== null) continue;
      const ref = { taskId: id, stepId, startedAt: state.startedAt };
      if (hub.textOf(ref) === null && !mayHaveLeftText(before.steps[stepId])) continue;
      hub.textEnded(ref);
      store.texts.forget(ref).catch((error) =>
        this.#context.onUnexpected(error, "streamed text", { taskId: id, stepId })
      );
    }
  }
}

function withoutSlot({ slot: _, ...record }: TaskRecord): TaskRecord {
  return record;
}

/** Whether a run of the step before this one, or in another process, may have written something. */
function mayHaveLeftText(state: StepState | undefined): boolean {
  return state?.status === "running" && (state.attempt > 1 || state.resumeAt !== undefined);
}
