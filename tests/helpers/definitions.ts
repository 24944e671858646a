import { Definition } from "../../executor/definition/schema.ts";

/** A step as a test writes it: `{ id: "b", needs: ["a"] }` is a gate that waits for "a". */
export interface StepSketch {
  readonly id: string;
  readonly needs?: readonly string[];
  readonly kind?: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly retry?: { readonly attempts: number; readonly backoff: number };
  readonly timeout?: number;
  readonly when?: string;
  readonly onError?: "fail" | "continue";
}

/** What matters of a definition in a test; the rest is filled in. */
export interface DefinitionSketch {
  readonly name?: string;
  readonly description?: string;
  readonly inputs?: readonly unknown[];
  readonly steps?: readonly StepSketch[];
  readonly outputs?: readonly unknown[];
  readonly timeout?: number;
  readonly budget?: number;
  readonly concurrency?: number;
}

/** A definition of gates, unless the sketch says otherwise. */
export function definitionOf(
  { name = "Test app", steps = [{ id: "only" }], ...rest }: DefinitionSketch = {},
): Definition {
  const filled = steps.map(({ id, kind = "gate", ...step }) => ({
    id,
    name: `Step ${id}`,
    kind,
    ...step,
  }));
  return Definition.parse({ name, steps: filled, ...rest });
}

/** Gates in a row: each needs the one before. */
export function inARow(...ids: readonly string[]): StepSketch[] {
  return ids.map((id, i) => ({ id, needs: ids.slice(Math.max(0, i - 1), i) }));
}

export const TEXT_INPUT = { name: "text", label: "Text", type: "multiline" };

/** An output that shows the result of a step. */
export function outputOf(stepId: string, type: "text" | "markdown" | "json" = "text") {
  const template = `{{ steps.${stepId}.output${type === "json" ? " | json" : ""} }}`;
  return { name: `of_${stepId}`, label: `Result of ${stepId}`, type, template };
}
