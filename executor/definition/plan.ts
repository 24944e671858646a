import { conditionReferences } from "../template/condition.ts";
import { templateReferences } from "../template/liquid.ts";
import type { Definition, Json, StepDefinition } from "./schema.ts";

/** The order in which a definition's steps can run. */
export interface Plan {
  /** By step id: the steps it waits for, in the definition's order. */
  readonly needs: ReadonlyMap<string, readonly string[]>;
  /** Step ids; the steps of one level need only steps of earlier levels. */
  readonly levels: readonly (readonly string[])[];
  /** By step id: the conditions under which steps run. */
  readonly conditions: ReadonlyMap<string, string>;
}

/**
 * Plans the steps of a definition that `parseDefinition` has checked. LiquidJS is loaded only where
 * a config holds a template.
 *
 * @throws TemplateError where a config holds a template that cannot be read.
 * @throws RangeError where steps need each other in a circle.
 */
export async function planSteps(definition: Definition): Promise<Plan> {
  const needs = new Map<string, readonly string[]>();
  for (const step of definition.steps) {
    needs.set(step.id, await needsOf(step, definition.steps));
  }
  return planOf(needs, conditionsOf(definition));
}

/** The plan of steps whose needs are known. @throws RangeError as {@link planSteps}. */
export function planOf(needs: Plan["needs"], conditions: Plan["conditions"] = new Map()): Plan {
  const circle = findCircle(needs);
  if (circle) throw new RangeError(`Cannot plan the steps: ${circleText(circle)} is a circle`);
  return { needs, levels: levelsOf(needs), conditions };
}

/** By step id: the conditions of a definition's steps. */
export function conditionsOf({ steps }: Definition): Plan["conditions"] {
  return new Map(steps.flatMap(({ id, when }) => when === undefined ? [] : [[id, when]]));
}

/** Every text in a config, with its path. */
export function* textsIn(
  value: Json,
  path: readonly (string | number)[] = [],
): Generator<{ readonly text: string; readonly path: readonly (string | number)[] }> {
  if (typeof value === "string") yield { text: value, path };
  if (typeof value !== "object" || value === null) return;
  const entries = Array.isArray(value) ? value.entries() : Object.entries(value);
  for (const [key, item] of entries) yield* textsIn(item, [...path, key]);
}

/** Steps that need each other in a circle, beginning and ending with the same one. */
export function findCircle(needs: Plan["needs"]): readonly string[] | null {
  const done = new Set<string>();
  for (const start of needs.keys()) {
    const circle = circleFrom(start, needs, { done, trail: [] });
    if (circle) return circle;
  }
  return null;
}

/** `"a" → "b" → "a"`. */
export function circleText(circle: readonly string[]): string {
  return circle.map((id) => `"${id}"`).join(" → ");
}

async function needsOf(
  step: StepDefinition,
  steps: readonly StepDefinition[],
): Promise<readonly string[]> {
  const named = new Set(step.needs);
  for (const { text } of textsIn(step.config)) {
    for (const { name } of (await templateReferences(text)).steps) named.add(name);
  }
  if (step.when !== undefined) {
    for (const { name } of (await conditionReferences(step.when)).steps) named.add(name);
  }
  return steps.map(({ id }) => id).filter((id) => named.has(id));
}

function circleFrom(
  id: string,
  needs: Plan["needs"],
  { done, trail }: { readonly done: Set<string>; readonly trail: readonly string[] },
): readonly string[] | null {
  if (trail.includes(id)) return [...trail.slice(trail.indexOf(id)), id];
  if (done.has(id)) return null;
  for (const need of needs.get(id) ?? []) {
    const circle = circleFrom(need, needs, { done, trail: [...trail, id] });
    if (circle) return circle;
  }
  done.add(id);
  return null;
}

function levelsOf(needs: Plan["needs"]): string[][] {
  const levels = new Map<string, number>();
  const levelOf = (id: string): number => {
    const known = levels.get(id);
    if (known !== undefined) return known;
    const level = Math.max(-1, ...(needs.get(id) ?? []).map(levelOf)) + 1;
    levels.set(id, level);
    return level;
  };
  const ids = [...needs.keys()];
  const count = Math.max(-1, ...ids.map(levelOf)) + 1;
  return Array.from({ length: count }, (_, level) => ids.filter((id) => levelOf(id) === level));
}
