import { PermanentError, RetryableError } from "../step_kind.ts";

const WHOLE = new Set(["stop", "eos", "eos_token", "end_turn", "stop_sequence", "complete"]);
const CUT = new Set(["length", "max_tokens", "model_length", "max_length"]);

/** The most tokens an answer may have, and the setting that says so. */
export interface TokenLimit {
  readonly tokens: number;
  readonly setBy: "maxTokens" | "budget";
}

/**
 * Makes sure that a model ended its answer by itself: an answer that was cut, held back or broken
 * off is a failure, never a result.
 *
 * @param reason the `finish_reason` as the service sent it; empty or absent: none came.
 * @throws PermanentError or RetryableError that says how the answer ended.
 */
export function assertWhole(reason: string | undefined, answer: {
  readonly isFiltered: boolean;
  readonly isEmpty: boolean;
  readonly limit: TokenLimit | null;
}): void {
  const word = reason?.toLowerCase() ?? "";
  if (word === "") throw brokenOff();
  if (CUT.has(word)) throw new PermanentError(cutSentence(answer.limit));
  if (answer.isFiltered) {
    throw new PermanentError(
      "The model service held the answer back because of its content rules; change the prompt",
    );
  }
  if (!WHOLE.has(word)) {
    throw new RetryableError(
      `The model ended its answer with "${word.slice(0, 40)}" where "stop" was wanted, ` +
        "so it may not be whole",
    );
  }
  if (answer.isEmpty) {
    throw new RetryableError("The model gave an empty answer; run it again or change the prompt");
  }
}

/** The connection ended before the answer did. */
export function brokenOff(): RetryableError {
  return new RetryableError(
    "The model service broke off in the middle of its answer; run it again",
  );
}

function cutSentence(limit: TokenLimit | null): string {
  if (limit === null) {
    return 'The answer was cut off at the model\'s own limit; ask for less, or set "maxTokens" higher';
  }
  const { tokens, setBy } = limit;
  const why = setBy === "budget" ? ", all that was left of the task's budget" : "";
  return `The answer was cut off after ${tokens} tokens${why}; set "${setBy}" higher, or ask for less`;
}
