import { type Plan, textsIn } from "./definition/plan.ts";
import type { Definition, InputValues, StepDefinition } from "./definition/schema.ts";
import type { StepState } from "./states.ts";
import { templateReferences } from "./template/liquid.ts";

/** States by step id. */
export type StepStates = Readonly<Record<string, StepState>>;

/** What a fork is made of: how far the other task got, and what is to run now. */
export interface ForkPlanSource {
  /** The step to run again; null for all of them. */
  readonly from: string | null;
  readonly states: StepStates;
  readonly ran: Definition;
  readonly ranWith: InputValues;
  readonly runs: Definition;
  readonly runsWith: InputValues;
  /** Of `runs`. */
  readonly plan: Plan;
}

/**
 * The steps that a fork need not run, as they begin: what the other task has completed, or skipped by
 * itself, and nothing of which has changed. That leaves out the chosen step and all that depend on
 * it, steps defined otherwise now, and steps that read an input with another value.
 */
export async function plannedCopies(source: ForkPlanSource): Promise<StepStates> {
  const { from, plan, runs } = source;
  const copies: Record<string, StepState> = {};
  if (from === null) return copies;
  const steps = new Map(runs.steps.map((step) => [step.id, step]));
  for (const stepId of plan.levels.flat()) {
    const step = steps.get(stepId);
    if (step === undefined || stepId === from) continue;
    const needs = plan.needs.get(stepId) ?? [];
    if (!needs.every((need) => Object.hasOwn(copies, need))) continue;
    const copy = copyOf(source.states[stepId]);
    if (copy !== null && await isSameStep(source, step)) copies[stepId] = copy;
  }
  return copies;
}

function copyOf(state: StepState | undefined): StepState | null {
  return state?.status === "completed" ? { ...state, copied: true } : null;
}

async function isSameStep(source: ForkPlanSource, step: StepDefinition): Promise<boolean> {
  if (source.ran !== source.runs) {
    const before = source.ran.steps.find(({ id }) => id === step.id);
    if (before === undefined || workOf(before) !== workOf(step)) return false;
  }
  return !await readsChangedInput(source, step);
}

/** What a step's result rests on; how often it is tried and how long it may take is not of it. */
function workOf({ kind, config, needs }: StepDefinition): string {
  return JSON.stringify([kind, config, needs.toSorted()]);
}

/** An input may also be looked up by a name that a template works out, or all of them walked. */
const ANY_INPUT = /\binputs\b(?!\s*\.\s*[a-z])/;

async function readsChangedInput(
  { ranWith, runsWith }: ForkPlanSource,
  step: StepDefinition,
): Promise<boolean> {
  const names = new Set([...Object.keys(ranWith), ...Object.keys(runsWith)]);
  const changed = [...names].filter((name) => valueOf(ranWith, name) !== valueOf(runsWith, name));
  if (changed.length === 0) return false;
  for (const { text } of textsIn(step.config)) {
    if (ANY_INPUT.test(text)) return true;
    const { inputs } = await templateReferences(text);
    if (inputs.some(({ name }) => changed.includes(name))) return true;
  }
  return false;
}

/** An input may be named `constructor`. */
function valueOf(values: InputValues, name: string): InputValues[string] | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

/** What the copied steps took: milliseconds, and tokens read and written. */
export function savingsOf(
  copies: StepStates,
): { readonly savedMs: number; readonly savedTokens: number } {
  let savedMs = 0;
  let savedTokens = 0;
  for (const state of Object.values(copies)) {
    if (state.status !== "completed") continue;
    savedMs += Math.max(0, state.finishedAt - state.startedAt);
    savedTokens += (state.usage?.inputTokens ?? 0) + (state.usage?.outputTokens ?? 0);
  }
  return { savedMs, savedTokens };
}
