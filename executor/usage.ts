import type { StepState } from "./states.ts";
import type { Usage } from "./task.ts";

/** Two counts of tokens together; undefined where neither is known. */
export function addUsage(a: Usage | undefined, b: Usage | undefined): Usage | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
  };
}

/** What a count of tokens has grown by; undefined where it has not. */
export function subtractUsage(after: Usage | undefined, before: Usage | undefined) {
  if (after === undefined || before === undefined) return after;
  const inputTokens = after.inputTokens - before.inputTokens;
  const outputTokens = after.outputTokens - before.outputTokens;
  return inputTokens + outputTokens > 0 ? { inputTokens, outputTokens } : undefined;
}

/** The tokens of all attempts of all steps that ran in a task; null where none used any. */
export function usageOf(states: readonly StepState[]): Usage | null {
  return states.map(usageHere).reduce(addUsage, undefined) ?? null;
}

/** Tokens read and written together. */
export function tokensOf(usage: Usage | null): number {
  return usage === null ? 0 : usage.inputTokens + usage.outputTokens;
}

/** What a fork has copied was used in another task. */
function usageHere(state: StepState): Usage | undefined {
  if (state.status === "completed" && state.copied) return undefined;
  return "usage" in state ? state.usage : undefined;
}
