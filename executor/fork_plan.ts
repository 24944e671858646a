import { type Plan, textsIn } from "./definition/plan.ts";
import type { Definition, InputValues, StepDefinition } from "./definition/schema.ts";
import type { StepState } from "./states.ts";
import { conditionReferences } from "./template/condition.ts";
import { type TemplateReferences, templateReferences } from "./template/liquid.ts";
import { tokensOf } from "./usage.ts";

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

/** What was skipped for its own sake would be again, as what it rests on is the same. */
function copyOf(state: StepState | undefined): StepState | null {
  if (state?.status === "completed") return { ...state, copied: true };
  if (state?.status !== "skipped") return null;
  return state.reason === "condition" || state.reason === "needs" ? state : null;
}

async function isSameStep(source: ForkPlanSource, step: StepDefinition): Promise<boolean> {
  if (source.ran !== source.runs) {
    const before = source.ran.steps.find(({ id }) => id === step.id);
    if (before === undefined || workOf(before) !== workOf(step)) return false;
  }
  return !await readsChangedInput(source, step);
}

/** What a step's result rests on; how often it is tried and how long it may take is not of it. */
function workOf({ kind, config, needs, when }: StepDefinition): string {
  return JSON.stringify([kind, config, needs.toSorted(), when]);
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
  const isChanged = ({ inputs }: TemplateReferences) =>
    inputs.some(({ name }) => changed.includes(name));
  for (const { text } of textsIn(step.config)) {
    if (ANY_INPUT.test(text) || isChanged(await templateReferences(text))) return true;
  }
  const { when } = step;
  return when !== undefined && (ANY_INPUT.test(when) || isChanged(await conditionReferences(when)));
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
    savedTokens += tokensOf(state.usage ?? null);
  }
  return { savedMs, savedTokens };
}
