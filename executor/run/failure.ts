import type { About, Fault } from "../events.ts";
import { PermanentError, RetryableError } from "../steps/step_kind.ts";
import { excerptOf } from "../store/bodies.ts";
import { TemplateError } from "../template/liquid.ts";
import type { RunContext } from "./context.ts";

const MAX_MESSAGE_CHARACTERS = 1_000;

/** A failure as people are told it, and as logs and metrics count it. */
export interface Explanation {
  readonly message: string;
  readonly fault: Fault;
}

/**
 * What people are told of a failure. Only errors made for people speak for themselves; others may
 * carry secrets or paths, so they are logged, and named by the reference they are logged under.
 */
export function explain(
  { ids, onUnexpected }: Pick<RunContext, "ids" | "onUnexpected">,
  error: unknown,
  where: string,
  about: About,
): Explanation {
  const type = typeOf(error);
  if (error instanceof Error && type !== "unexpected" && error.message.trim() !== "") {
    const { text: message } = excerptOf(error.message.toWellFormed(), MAX_MESSAGE_CHARACTERS);
    return { message, fault: { type, reference: null } };
  }
  const reference = ids.nonce();
  onUnexpected(error, where, { ...about, reference });
  return {
    message: `It stopped with an error nobody expected. The log has it as ${reference}`,
    fault: { type: "unexpected", reference },
  };
}

/** What was thrown; or an error that says so, where even looking at it throws. */
export function readable(thrown: unknown): unknown {
  try {
    void (thrown instanceof Error && `${thrown.name}${thrown.message}${thrown.stack}`);
    return thrown;
  } catch {
    return new TypeError("What was thrown cannot be read");
  }
}

function typeOf(error: unknown): Fault["type"] {
  if (error instanceof PermanentError) return "permanent";
  if (error instanceof RetryableError) return "retryable";
  return error instanceof TemplateError ? "template" : "unexpected";
}
