import { z } from "zod";
import type { Usage } from "../../task.ts";
import { PermanentError, RetryableError } from "../step_kind.ts";

const Tokens = z.int().min(0).nullish().transform((count) => count ?? 0);
const Told = z.object({
  usage: z.object({ prompt_tokens: Tokens, completion_tokens: Tokens }).nullish(),
});

/** The tokens that one event of an answer tells, all so far; null where it tells none. */
export function usageIn(event: unknown): Usage | null {
  const told = Told.safeParse(event).data?.usage ?? null;
  return told && { inputTokens: told.prompt_tokens, outputTokens: told.completion_tokens };
}

/** The same failure with what was used until then. */
export function withUsage(
  error: PermanentError | RetryableError,
  usage: Usage,
): PermanentError | RetryableError {
  const { message, cause } = error;
  if (error instanceof PermanentError) return new PermanentError(message, { cause, usage });
  return new RetryableError(message, {
    cause,
    usage,
    retryAfterMs: error.retryAfterMs ?? undefined,
  });
}
