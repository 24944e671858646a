import { quote } from "../definition/quote.ts";
import type { StepDefinition } from "../definition/schema.ts";
import { PermanentError, type StepOutcome } from "../steps/step_kind.ts";
import type { Usage } from "../task.ts";

/** The last moment that a date can name, in epoch milliseconds. */
const LAST_TIME = 8.64e15;

/**
 * What a kind gave at its end, once it is known that it can be kept: a kind may give anything,
 * whatever its type says, and a record that cannot be read again would lose its task.
 *
 * @throws {PermanentError} for a time that is none, and for tokens that cannot be counted.
 */
export function checkedOutcome(step: StepDefinition, outcome: StepOutcome): StepOutcome {
  if (outcome.type === "wait") checkTime(step, outcome.until);
  else if (outcome.usage !== undefined) checkedUsage(step, outcome.usage);
  return outcome;
}

/** @throws {PermanentError} for tokens that cannot be counted. */
export function checkedUsage({ name }: StepDefinition, usage: Usage): Usage {
  if (isCountable(usage)) return usage;
  const { inputTokens, outputTokens } = usage;
  throw new PermanentError(
    `Cannot count the tokens of step "${name}": they have to be whole numbers from 0 on, not ${
      quote(inputTokens)
    } and ${quote(outputTokens)}`,
  );
}

/** Whether tokens can be counted and kept. */
export function isCountable({ inputTokens, outputTokens }: Usage): boolean {
  return [inputTokens, outputTokens].every((count) => Number.isSafeInteger(count) && count >= 0);
}

function checkTime({ name }: StepDefinition, until: number): void {
  if (Number.isFinite(until) && Math.abs(until) <= LAST_TIME) return;
  throw new PermanentError(`Step "${name}" cannot wait until ${quote(until)}: that is no time`);
}
