import type { StepRun, StepServices } from "../../../executor/steps/step_kind.ts";

/** What a test's step run is made of; the rest has plain values. */
export interface StepRunOptions extends Partial<Omit<StepRun<unknown>, "config" | "services">> {
  readonly services?: Partial<StepServices>;
}

/** A step run to call a kind with, and what the kind has written to it. */
export function stepRun(config: unknown, options: StepRunOptions = {}) {
  const written: string[] = [];
  const run: StepRun<unknown> = {
    attempt: 1,
    idempotencyKey: "tsk_1.step",
    resumedAt: null,
    tokensLeft: null,
    signal: new AbortController().signal,
    write: (text) => void written.push(text),
    tellUsage: () => {},
    ...options,
    services: { now: () => 0, fetch, model: null, ...options.services },
    config,
  };
  return { run, written };
}
