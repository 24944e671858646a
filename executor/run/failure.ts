import { PermanentError, RetryableError } from "../steps/step_kind.ts";
import { TemplateError } from "../template/liquid.ts";
import type { RunContext } from "./context.ts";

const MAX_MESSAGE_CHARACTERS = 1_000;

/**
 * What people are told of a failure. Only errors made for people speak for themselves; others may
 * carry secrets or paths, so they are logged, and named by the reference they are logged under.
 */
export function explain(
  { ids, onUnexpected }: Pick<RunContext, "ids" | "onUnexpected">,
  error: unknown,
  where: string,
): string {
  if (isForPeople(error)) return error.message.toWellFormed().slice(0, MAX_MESSAGE_CHARACTERS);
  const reference = ids.nonce();
  onUnexpected(error, `${where}, ${reference}`);
  return `It stopped with an error nobody expected. The log has it as ${reference}`;
}

function isForPeople(error: unknown): error is Error {
  return error instanceof PermanentError || error instanceof RetryableError ||
    error instanceof TemplateError;
}
