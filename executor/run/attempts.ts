import type { RunRef } from "../events.ts";
import { createTextWriter, type TextWriter } from "../live/text_writer.ts";
import type { StepState } from "../states.ts";
import type { RunContext } from "./context.ts";
import type { EndedAttempt } from "./fold_outcomes.ts";
import { runObservedAttempt } from "./observed_attempt.ts";
import type { Attempt } from "./step_attempt.ts";

/** An attempt under way. */
interface Running {
  readonly controller: AbortController;
  readonly writer: TextWriter;
  readonly ended: Promise<EndedAttempt>;
}

/** The attempts that have ended of those that were to stop, and whether these are all. */
interface Stopped {
  readonly haveAll: boolean;
  readonly ended: readonly EndedAttempt[];
}

/** The attempts of one task that its runner has under way, one a step. */
export class Attempts {
  readonly #context: RunContext;
  readonly #run: RunRef;
  readonly #onEnd: (ended: EndedAttempt) => void;
  readonly #running = new Map<string, Running>();

  constructor(
    context: RunContext,
    run: RunRef,
    onEnd: (ended: EndedAttempt) => void,
  ) {
    this.#context = context;
    this.#run = run;
    this.#onEnd = onEnd;
  }

  get count(): number {
    return this.#running.size;
  }

  has(stepId: string): boolean {
    return this.#running.has(stepId);
  }

  start(
    state: StepState & { readonly status: "running" },
    attempt: Omit<Attempt, "number" | "resumedAt" | "signal" | "writer">,
  ): void {
    const { step, taskId } = attempt;
    const { hub, clock, store } = this.#context;
    const controller = new AbortController();
    const ref = { taskId, stepId: step.id, startedAt: state.startedAt };
    const writer = createTextWriter({ hub, clock, texts: store.texts }, ref);
    const seen = { run: this.#run, stepId: step.id, kind: step.kind, number: state.attempt };
    const ended = runObservedAttempt(this.#context, {
      ...attempt,
      writer,
      number: state.attempt,
      resumedAt: state.resumeAt ?? null,
      signal: controller.signal,
    }, seen).then((outcome) => {
      const ended = { step, outcome };
      this.#onEnd(ended);
      return ended;
    });
    this.#running.set(step.id, { controller, writer, ended });
  }

  /** The outcome of the step's attempt has been heard. */
  remove(stepId: string): void {
    this.#running.delete(stepId);
  }

  abort(): void {
    for (const { controller } of this.#running.values()) controller.abort();
  }

  /**
   * Aborts all, and waits until they have stopped, for `ms` milliseconds at most, and not once it
   * `isUrgent`: a deaf kind's may never stop.
   */
  async stop(ms: number, isUrgent?: Promise<void>): Promise<Stopped> {
    this.abort();
    const ended: EndedAttempt[] = [];
    const all = Promise.all([...this.#running.values()].map(async (attempt) => {
      ended.push(await attempt.ended);
    }));
    const tooLate = Promise.withResolvers<void>();
    const cancel = this.#context.clock.after(ms, tooLate.resolve);
    const giveUp = Promise.race([tooLate.promise, isUrgent ?? tooLate.promise]).then(() => false);
    const haveAll = await Promise.race([all.then(() => true), giveUp]);
    cancel();
    return { haveAll, ended: [...ended] };
  }

  /**
   * Stores what they have written: readers look it up in the store from now on. What a deaf kind
   * writes after that is nobody's.
   */
  async storeTexts(): Promise<void> {
    const writers = [...this.#running.values()].map(({ writer }) => writer);
    await Promise.allSettled(writers.map((writer) => writer.flush()));
    await Promise.all(writers.map((writer) => writer.close()));
  }
}
