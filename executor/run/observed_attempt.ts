import type { AttemptEnding, AttemptRef } from "../events.ts";
import type { RunContext } from "./context.ts";
import { type Attempt, runAttempt } from "./step_attempt.ts";
import { type AttemptOutcome, usageOfAttempt } from "./step_outcome.ts";

const ENDINGS = {
  "done": "completed",
  "wait": "waiting",
  "retry-later": "retried",
  "failed": "failed",
  "aborted": "aborted",
} as const satisfies Record<AttemptOutcome["type"], AttemptEnding>;

/** Runs one attempt, and tells the observer of its beginning and its end. Never rejects. */
export async function runObservedAttempt(
  context: RunContext,
  attempt: Attempt,
  ref: AttemptRef,
): Promise<AttemptOutcome> {
  const { observer, clock } = context;
  observer.onEvent({ type: "attempt-began", attempt: ref });
  const beganAt = clock.now();
  const outcome = await observer.within(ref, () => runAttempt(context, attempt));
  observer.onEvent({
    type: "attempt-ended",
    attempt: ref,
    outcome: ENDINGS[outcome.type],
    durationMs: Math.max(0, clock.now() - beganAt),
    fault: "fault" in outcome ? outcome.fault : null,
    usage: usageOfAttempt(outcome),
  });
  return outcome;
}
