import type { Definition } from "../definition/schema.ts";
import type { RunEnding, RunRef } from "../events.ts";
import { hasEnded, type TaskLife } from "../states.ts";
import { type TaskEvent, transition } from "../transition.ts";
import { type DueMove, dueRecord } from "../store/due.ts";
import type { TaskError } from "../task.ts";
import { handedOver, haveAllStepsEnded, interrupted, nextWakeAt } from "./advance.ts";
import { Attempts } from "./attempts.ts";
import type { Claim } from "./claim.ts";
import { advanceJudged } from "./conditions.ts";
import { CLOSE_MS, HAND_BACK_MS, type RunContext } from "./context.ts";
import { untold, withUsed } from "./cut_short.ts";
import { type EndedAttempt, foldOutcomes } from "./fold_outcomes.ts";
import { crashError } from "./giving_up.ts";
import { Mailbox } from "./mailbox.ts";
import { runRefOf } from "./observe_change.ts";
import { prepareOutputs } from "./outputs.ts";
import { endsTask, stepRecordOf } from "./step_outcome.ts";
import { bareDraft, type Draft, TaskLane } from "./task_lane.ts";
import { deadlineOf, overLimit, tokensLeft } from "./task_limits.ts";
import { TaskScope } from "./task_scope.ts";
import { TaskTimers, type Timer } from "./task_timers.ts";
import { tidyAfterOthers, tidyAfterRun } from "./tidying.ts";

/** Most reports one commit takes, and bytes of their steps: outputs may come on top of them. */
const REPORTS_A_COMMIT = 20;
const STEP_BYTES_A_COMMIT = 360_000;

/** What a runner hears of while it runs a task. */
type Report =
  | (EndedAttempt & { readonly type: "attempt" })
  | { readonly type: Timer | "hand-over" | "abandon" };

/**
 * Runs one claimed task until it ends, waits, is handed over, or is lost to somebody else.
 *
 * One loop takes the reports of its attempts, folds them into one transition, commits it, and
 * starts what can start now.
 */
export class TaskRunner {
  readonly #context: RunContext;
  readonly #claim: Claim;
  readonly #lane: TaskLane;
  readonly #mailbox = new Mailbox<Report>();
  readonly #attempts: Attempts;
  readonly #timers: TaskTimers;
  readonly #scope: TaskScope;
  readonly #run: RunRef;
  readonly #isStopping = Promise.withResolvers<void>();
  #ending: RunEnding = "lost";

  constructor(context: RunContext, claim: Claim) {
    this.#context = context;
    this.#claim = claim;
    this.#lane = new TaskLane(context, claim);
    this.#scope = new TaskScope(context.store.tasks, claim.task.record, claim.freshInputs);
    this.#run = runRefOf(claim);
    this.#timers = new TaskTimers(context.clock, (type) => this.#mailbox.put({ type }));
    this.#attempts = new Attempts(context, this.#run, (ended) => {
      this.#mailbox.put({ type: "attempt", ...ended });
    });
  }

  get #definition(): Definition {
    return this.#claim.app.definition;
  }

  /** Where the task stands, and what still writes to it. */
  get lane(): TaskLane {
    return this.#lane;
  }

  get #isFresh(): boolean {
    return this.#claim.freshInputs !== null;
  }

  /** False where the task was left to wait, to somebody else, or to a crash. */
  get hasEndedTask(): boolean {
    return hasEnded(this.#lane.record.state);
  }

  /** Gives the task back in good order: its steps begin anew elsewhere, as the same attempt. */
  handOver(): void {
    this.#isStopping.resolve();
    this.#mailbox.put({ type: "hand-over" });
  }

  /** Stops at once: somebody else has ended the task. */
  abandon(): void {
    this.#attempts.abort();
    this.#mailbox.put({ type: "abandon" });
  }

  async run(): Promise<void> {
    const run = this.#run;
    this.#context.observer.onEvent({ type: "run-began", run });
    this.#timers.setHeartbeat();
    const unguard = this.#lane.guard(() => {
      this.#attempts.abort();
      this.handOver();
    });
    try {
      let isOurs = await this.#begin();
      while (isOurs) isOurs = await this.#handle(await this.#takeReports());
    } finally {
      this.#attempts.abort();
      unguard();
      this.#timers.callOff();
      await this.#attempts.storeTexts();
      this.#context.hub.taskLeft(this.#lane.record.id);
      this.#context.observer.onEvent({ type: "run-ended", run, ending: this.#ending });
    }
    await this.#sweep();
  }

  /** Brings the task from where it was left to where it can go on. Whether it does so here. */
  async #begin(): Promise<boolean> {
    const { record } = this.#lane;
    const now = this.#context.clock.now();
    if (!this.#isFresh) {
      await this.#scope.loadFailures();
      const error = crashError(this.#lane.troubles) ?? overLimit(record, this.#definition, now);
      if (error !== null) return this.#commit(bareDraft(failed(record, error, now)));
    }
    const life = await this.#advance(this.#isFresh ? record : interrupted(record), now);
    if (life !== record) return this.#commit(await this.#finished(bareDraft(life)));
    this.#startAttempts();
    return this.#attempts.count > 0 || this.#commit(await this.#finished(bareDraft(life)));
  }

  #advance(life: TaskLife, now: number): Promise<TaskLife> {
    return advanceJudged(life, this.#claim.plan, now, () => this.#scope.read());
  }

  /** What has been reported, as far as one commit can hold it. */
  #takeReports(): Promise<Report[]> {
    let bytes = 0;
    return this.#mailbox.take((report, index) => {
      if (report.type === "attempt") {
        const { step, outcome } = report;
        bytes += stepRecordOf(outcome, this.#scope.failuresOf(step.id))?.size ?? 0;
      }
      return index < REPORTS_A_COMMIT && bytes <= STEP_BYTES_A_COMMIT;
    });
  }

  /** Acts on a batch of reports. Whether there is more to do here. */
  async #handle(reports: readonly Report[]): Promise<boolean> {
    const isHearing = (type: Report["type"]) => reports.some((report) => report.type === type);
    if (isHearing("abandon")) return await this.#leave("ended");
    if (isHearing("hand-over")) return await this.#giveBack(reports);
    if (isHearing("heartbeat")) {
      this.#timers.setHeartbeat();
      if (!await this.#lane.heartbeat()) return await this.#leave();
    }
    const draft = await this.#fold(reports);
    if (draft.life !== this.#lane.record) return this.#commit(await this.#finished(draft));
    this.#startAttempts();
    return true;
  }

  /** The transition that a batch of reports asks for. */
  async #fold(reports: readonly Report[]): Promise<Draft> {
    const ended = reports.filter((report) => report.type === "attempt");
    for (const { step } of ended) this.#attempts.remove(step.id);
    const fatal = ended.findIndex(endsTask);
    const heard = fatal < 0 ? ended : ended.slice(0, fatal);
    const now = this.#context.clock.now();
    const draft = this.#withOutcomes(bareDraft(this.#lane.record), heard, now);
    const error = overLimit(draft.life, this.#definition, now);
    if (fatal < 0 && error === null) {
      return { ...draft, life: await this.#advance(draft.life, now) };
    }
    return await this.#failing(draft, ended.slice(heard.length), error);
  }

  /** Fails the task once what runs beside it has stopped: then no request is open any more. */
  async #failing(
    draft: Draft,
    [fatal, ...late]: readonly EndedAttempt[],
    error: TaskError | null,
  ): Promise<Draft> {
    const stopped = await this.#attempts.stop(CLOSE_MS, this.#isStopping.promise);
    for (const { step } of stopped.ended) this.#attempts.remove(step.id);
    const life = withUsed(draft.life, [...late, ...stopped.ended]);
    const at = this.#context.clock.now();
    if (fatal !== undefined) return this.#withOutcomes({ ...draft, life }, [fatal], at);
    return error === null ? draft : { ...draft, life: failed(life, error, at) };
  }

  #withOutcomes(draft: Draft, ended: readonly EndedAttempt[], now: number): Draft {
    return foldOutcomes(draft, ended, { scope: this.#scope, now });
  }

  /** Adds the outputs and the end to a transition after which no step has anything left to do. */
  async #finished(draft: Draft): Promise<Draft> {
    if (hasEnded(draft.life.state) || !haveAllStepsEnded(draft.life)) return draft;
    const scope = await this.#scope.read();
    const { id } = this.#lane.record;
    const made = await prepareOutputs(this.#context, id, this.#definition, scope);
    const at = this.#context.clock.now();
    const event: TaskEvent = made.ok
      ? { type: "task-completed", at }
      : { type: "task-failed", at, error: made.error };
    const outputs = made.ok ? made.outputs : draft.outputs;
    return { ...draft, life: transition(draft.life, event), outputs };
  }

  /** Commits a transition and starts what it lets start. Whether there is more to do here. */
  async #commit(draft: Draft): Promise<boolean> {
    const due = this.#dueMove(draft.life);
    if (!await this.#lane.commit(draft, due)) return await this.#leave("lost", draft.life);
    if (due.type === "stay") this.#startAttempts();
    else this.#ending = due.type === "remove" ? "ended" : "waiting";
    return due.type === "stay";
  }

  /** A task in which every step waits leaves its worker, and costs nothing until its time. */
  #dueMove(life: TaskLife): DueMove {
    if (hasEnded(life.state)) return { type: "remove" };
    const wakeAt = nextWakeAt(life);
    const isBusy = this.#attempts.count > 0 ||
      this.#startable(life, this.#context.clock.now()).length > 0;
    if (wakeAt === null || isBusy) return { type: "stay" };
    const to = Math.min(wakeAt, deadlineOf(life, this.#definition) ?? Infinity);
    return { type: "move", to, record: dueRecord("ready") };
  }

  #startAttempts(): void {
    const { record } = this.#lane;
    const now = this.#context.clock.now();
    for (const { step, state } of this.#startable(record, now)) {
      this.#attempts.start(state, {
        taskId: record.id,
        step,
        failed: this.#scope.failuresOf(step.id).length,
        tokensLeft: tokensLeft(record, this.#definition),
        scope: () => this.#scope.read(),
      });
    }
    this.#timers.follow(record, this.#definition);
  }

  /** Steps that run, do not wait, and are not being run yet. */
  #startable(life: TaskLife, now: number) {
    return this.#definition.steps.flatMap((step) => {
      const state = life.steps[step.id];
      const isStartable = state?.status === "running" && !this.#attempts.has(step.id) &&
        (state.resumeAt ?? now) <= now;
      return isStartable ? [{ step, state }] : [];
    });
  }

  async #giveBack(reports: readonly Report[]): Promise<boolean> {
    this.#attempts.abort();
    const draft = await this.#finished(await this.#fold(reports));
    if (hasEnded(draft.life.state)) return this.#commit(draft);
    const { ended } = await this.#attempts.stop(HAND_BACK_MS);
    const to = this.#context.clock.now();
    const record = dueRecord("ready", this.#lane.troubles);
    const life = handedOver(withUsed(draft.life, ended));
    const due: DueMove = { type: "move", to, record, keepsSlot: true };
    const isDone = await this.#lane.commit({ ...draft, life }, due);
    if (isDone) this.#ending = "handed-over";
    return false;
  }

  /**
   * Leaves a task that is no longer ours, when nothing of it runs here any more.
   *
   * @param late Where it would stand by now, had somebody else not been faster.
   */
  async #leave(ending: RunEnding = "lost", late: TaskLife = this.#lane.record): Promise<false> {
    this.#ending = ending;
    const { haveAll, ended } = await this.#attempts.stop(CLOSE_MS, this.#isStopping.promise);
    const used = untold(this.#lane.record, late, ended);
    if (haveAll && await this.#lane.release(used)) this.#ending = "ended";
    return false;
  }

  /** What earlier workers and attempts wrote and nothing names is removed when the task has ended. */
  async #sweep(): Promise<void> {
    const { record, troubles: { crashes } } = this.#lane;
    if (this.hasEndedTask) {
      await tidyAfterRun(this.#context, record, { crashes, isFresh: this.#isFresh });
    } else if (this.#ending === "ended" || this.#ending === "lost") {
      await tidyAfterOthers(this.#context, record);
    }
  }
}

function failed(life: TaskLife, error: TaskError, at: number): TaskLife {
  return transition(life, { type: "task-failed", at, error });
}
