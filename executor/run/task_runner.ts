import type { InputValues, Json, StepDefinition } from "../definition/schema.ts";
import type { RunEnding, RunRef } from "../events.ts";
import { createTextWriter, type TextWriter } from "../live/text_writer.ts";
import { hasEnded, type StepState, type TaskEvent, type TaskLife, transition } from "../states.ts";
import { dueRecord } from "../store/due.ts";
import type { DueMove, PreparedStep } from "../store/tasks.ts";
import type { AttemptFailure } from "../task.ts";
import type { TemplateScope } from "../template/liquid.ts";
import { advance, handedOver, haveAllStepsEnded, interrupted, nextWakeAt } from "./advance.ts";
import type { Claim } from "./claim.ts";
import { HEARTBEAT_MS, MAX_CRASHES, type RunContext } from "./context.ts";
import { forgetLeftTexts } from "./left_texts.ts";
import { Mailbox } from "./mailbox.ts";
import { prepareOutputs } from "./outputs.ts";
import { taskRefOf } from "./observe_change.ts";
import { runObservedAttempt } from "./observed_attempt.ts";
import { type AttemptOutcome, eventOf, stepRecordOf } from "./step_outcome.ts";
import { bareDraft, type Draft, TaskLane } from "./task_lane.ts";

/** Most reports one commit takes, so that their results fit it. */
const REPORTS_A_COMMIT = 20;

/** An attempt under way. */
interface Running {
  readonly controller: AbortController;
  readonly writer: TextWriter;
}

/** What a runner hears of while it runs a task. */
type Report =
  | { readonly type: "attempt"; readonly stepId: string; readonly outcome: AttemptOutcome }
  | { readonly type: "heartbeat" | "wake" | "hand-over" | "abandon" };

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
  readonly #attempts = new Map<string, Running>();
  readonly #timers = new Map<string, () => void>();
  /** By step id: the attempts that failed and were followed by another. */
  readonly #failures = new Map<string, readonly AttemptFailure[]>();
  readonly #results: Record<string, { readonly output: Json }> = Object.create(null);
  readonly #run: RunRef;
  #ending: RunEnding = "lost";
  #inputs: Promise<InputValues> | null = null;
  #earlierResults: Promise<void> | null = null;

  constructor(context: RunContext, claim: Claim) {
    this.#context = context;
    this.#claim = claim;
    this.#lane = new TaskLane(context, claim);
    this.#run = { task: taskRefOf(claim.task.record), crashes: claim.lease.crashes };
    if (claim.freshInputs !== null) this.#inputs = Promise.resolve(claim.freshInputs);
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
    this.#mailbox.put({ type: "hand-over" });
  }

  /** Stops at once: somebody else has ended the task. */
  abandon(): void {
    this.#abortAttempts();
    this.#mailbox.put({ type: "abandon" });
  }

  async run(): Promise<void> {
    const run = this.#run;
    this.#context.observer.onEvent({ type: "run-began", run });
    this.#setTimer("heartbeat", HEARTBEAT_MS);
    try {
      let isOurs = await this.#begin();
      while (isOurs) isOurs = await this.#handle(await this.#mailbox.take(REPORTS_A_COMMIT));
    } finally {
      this.#abortAttempts();
      for (const cancel of this.#timers.values()) cancel();
      await this.#storeTexts();
      this.#context.hub.taskLeft(this.#lane.record.id);
      this.#context.observer.onEvent({ type: "run-ended", run, ending: this.#ending });
    }
    await this.#sweep();
  }

  /** Brings the task from where it was left to where it can go on. Whether it does so here. */
  async #begin(): Promise<boolean> {
    const { record, troubles } = this.#lane;
    if (this.#isFresh) {
      this.#startAttempts();
      return true;
    }
    await this.#loadFailures();
    const now = this.#context.clock.now();
    if (troubles.crashes >= MAX_CRASHES) {
      const message = `It was given up: the process that ran it stopped, or lost the database, ` +
        `${MAX_CRASHES} times`;
      const error = { stepId: null, message };
      return this.#commit(bareDraft(transition(record, { type: "task-failed", at: now, error })));
    }
    const life = advance(interrupted(record), this.#claim.plan, now);
    if (life !== record) return this.#commit(await this.#finished(bareDraft(life)));
    this.#startAttempts();
    return this.#attempts.size > 0 || this.#commit(await this.#finished(bareDraft(life)));
  }

  /** Acts on a batch of reports. Whether there is more to do here. */
  async #handle(reports: readonly Report[]): Promise<boolean> {
    const isHearing = (type: Report["type"]) => reports.some((report) => report.type === type);
    if (isHearing("abandon")) return await this.#leave("ended");
    if (isHearing("hand-over")) return await this.#giveBack(reports);
    if (isHearing("heartbeat")) {
      this.#setTimer("heartbeat", HEARTBEAT_MS);
      if (!await this.#lane.heartbeat()) return await this.#leave();
    }
    const draft = this.#fold(reports);
    if (draft.life !== this.#lane.record) return this.#commit(await this.#finished(draft));
    this.#startAttempts();
    return true;
  }

  /** The transition that a batch of reports asks for. */
  #fold(reports: readonly Report[]): Draft {
    const now = this.#context.clock.now();
    const steps = new Map<string, PreparedStep>();
    let life: TaskLife = this.#lane.record;
    for (const report of reports) {
      if (report.type !== "attempt") continue;
      const { stepId, outcome } = report;
      this.#attempts.delete(stepId);
      const event = eventOf(stepId, outcome, now);
      if (event === null || hasEnded(life.state)) continue;
      if (outcome.type === "retry-later") this.#addFailure(stepId, outcome.message, now);
      life = transition(life, event);
      const prepared = stepRecordOf(outcome, this.#failuresOf(stepId));
      if (prepared !== null) steps.set(stepId, prepared);
      if (outcome.type === "done") this.#results[stepId] = { output: outcome.output };
    }
    return { life: advance(life, this.#claim.plan, now), steps, outputs: new Map() };
  }

  /** Adds the outputs and the end to a transition after which no step has anything left to do. */
  async #finished(draft: Draft): Promise<Draft> {
    if (hasEnded(draft.life.state) || !haveAllStepsEnded(draft.life)) return draft;
    const scope = await this.#readScope();
    const { definition } = this.#claim.app;
    const made = await prepareOutputs(this.#context, this.#lane.record.id, definition, scope);
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
    if (!await this.#lane.commit(draft, due)) return await this.#leave();
    if (due.type === "stay") this.#startAttempts();
    else this.#ending = due.type === "remove" ? "ended" : "waiting";
    return due.type === "stay";
  }

  /** A task in which every step waits leaves its worker, and costs nothing until its time. */
  #dueMove(life: TaskLife): DueMove {
    if (hasEnded(life.state)) return { type: "remove" };
    const wakeAt = nextWakeAt(life);
    const isBusy = this.#attempts.size > 0 ||
      this.#startable(life, this.#context.clock.now()).length > 0;
    if (wakeAt === null || isBusy) return { type: "stay" };
    return { type: "move", to: wakeAt, record: dueRecord("ready") };
  }

  #startAttempts(): void {
    const { record } = this.#lane;
    const now = this.#context.clock.now();
    for (const { step, state } of this.#startable(record, now)) this.#startAttempt(step, state);
    const wakeAt = nextWakeAt(record, now);
    if (wakeAt !== null) this.#setTimer("wake", wakeAt - now);
  }

  /** Steps that run, do not wait, and are not being run yet. */
  #startable(life: TaskLife, now: number) {
    return this.#claim.app.definition.steps.flatMap((step) => {
      const state = life.steps[step.id];
      const isStartable = state?.status === "running" && !this.#attempts.has(step.id) &&
        (state.resumeAt ?? now) <= now;
      return isStartable ? [{ step, state }] : [];
    });
  }

  #startAttempt(step: StepDefinition, state: StepState & { readonly status: "running" }): void {
    const { id: taskId } = this.#lane.record;
    const controller = new AbortController();
    const { hub, clock, store } = this.#context;
    const ref = { taskId, stepId: step.id, startedAt: state.startedAt };
    const writer = createTextWriter({ hub, clock, texts: store.texts }, ref);
    this.#attempts.set(step.id, { controller, writer });
    const attempt = { run: this.#run, stepId: step.id, kind: step.kind, number: state.attempt };
    runObservedAttempt(this.#context, {
      taskId,
      step,
      writer,
      number: state.attempt,
      failed: this.#failuresOf(step.id).length,
      resumedAt: state.resumeAt ?? null,
      scope: () => this.#readScope(),
      signal: controller.signal,
    }, attempt).then((outcome) => this.#mailbox.put({ type: "attempt", stepId: step.id, outcome }));
  }

  async #giveBack(reports: readonly Report[]): Promise<boolean> {
    this.#abortAttempts();
    const draft = await this.#finished(this.#fold(reports));
    if (hasEnded(draft.life.state)) return this.#commit(draft);
    const to = this.#context.clock.now();
    const record = dueRecord("ready", this.#lane.troubles);
    const life = handedOver(draft.life);
    const isDone = await this.#lane.commit({ ...draft, life }, { type: "move", to, record });
    if (isDone) this.#ending = "handed-over";
    return false;
  }

  /** Leaves a task that is no longer ours. */
  async #leave(ending: RunEnding = "lost"): Promise<false> {
    this.#ending = ending;
    this.#abortAttempts();
    await this.#lane.release();
    return false;
  }

  #abortAttempts(): void {
    for (const { controller } of this.#attempts.values()) controller.abort();
  }

  /** What aborted attempts have written: readers look it up in the store from now on. */
  async #storeTexts(): Promise<void> {
    await Promise.allSettled([...this.#attempts.values()].map(({ writer }) => writer.flush()));
  }

  #setTimer(type: "heartbeat" | "wake", ms: number): void {
    this.#timers.get(type)?.();
    const cancel = this.#context.clock.after(ms, () => this.#mailbox.put({ type }));
    this.#timers.set(type, cancel);
  }

  /** What templates see now; the results of steps that ended before this claim are read once. */
  async #readScope(): Promise<TemplateScope> {
    const { id, createdAt } = this.#lane.record;
    this.#inputs ??= this.#context.store.tasks.readInputs(id);
    if (!this.#isFresh) await (this.#earlierResults ??= this.#loadResults());
    return { inputs: await this.#inputs, steps: this.#results, now: createdAt };
  }

  #failuresOf(stepId: string): readonly AttemptFailure[] {
    return this.#failures.get(stepId) ?? [];
  }

  #addFailure(stepId: string, message: string, finishedAt: number): void {
    const state = this.#lane.record.steps[stepId];
    if (state?.status !== "running") return;
    const { attempt, startedAt } = state;
    const failure = { attempt, startedAt, finishedAt, message };
    this.#failures.set(stepId, [...this.#failuresOf(stepId), failure]);
  }

  async #loadFailures(): Promise<void> {
    const records = await this.#context.store.tasks.readSteps(this.#lane.record.id);
    for (const [stepId, { failures }] of records) this.#failures.set(stepId, failures);
  }

  async #loadResults(): Promise<void> {
    const loaded = await this.#context.store.tasks.readResults(this.#lane.record.id);
    for (const [stepId, output] of loaded) this.#results[stepId] ??= { output };
  }

  /** What earlier workers and attempts wrote and nothing names is removed when the task has ended. */
  async #sweep(): Promise<void> {
    const { record } = this.#lane;
    if (!hasEnded(record.state)) return;
    const wasRetried = Object.values(record.steps).some(({ attempt }) => attempt > 1);
    if (!this.#isFresh || wasRetried) await forgetLeftTexts(this.#context, record);
    if (!this.#isFresh) await this.#context.store.tasks.sweepParts(record.id);
  }
}
