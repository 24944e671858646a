import type { Retry } from "../definition/schema.ts";
import { PermanentError, RetryableError } from "../steps/step_kind.ts";
import { TemplateError } from "../template/liquid.ts";

/** Longest pause before another attempt, also where a service asks for more. */
export const MAX_PAUSE_MS = 3_600_000;

/**
 * How long to pause before another attempt, in milliseconds; null where there is to be none: the
 * failure would only be repeated, or the attempts are used up.
 *
 * The pause doubles from attempt to attempt, and its second half is left to chance, so that steps
 * that failed together do not come back together (Brooker, "Exponential Backoff And Jitter", 2015).
 * A service's `Retry-After` makes it longer, never shorter.
 *
 * @param failed How many attempts have failed, this one among them.
 */
export function pauseAfter(
  error: unknown,
  failed: number,
  { retry, random }: { readonly retry: Retry; readonly random: () => number },
): number | null {
  const isPermanent = error instanceof PermanentError || error instanceof TemplateError;
  if (isPermanent || failed >= retry.attempts) return null;
  const whole = retry.backoff * 1_000 * 2 ** (failed - 1);
  const pause = Math.round(whole * (0.5 + random() / 2));
  const asked = error instanceof RetryableError ? error.retryAfterMs || 0 : 0;
  return Math.min(MAX_PAUSE_MS, Math.max(pause, asked));
}
