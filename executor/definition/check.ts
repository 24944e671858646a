import type { StepKind } from "../steps/step_kind.ts";
import { checkInput } from "./check_inputs.ts";
import { checkReferences } from "./check_references.ts";
import { describeIssue } from "./describe_issue.ts";
import { unknownName } from "./known_names.ts";
import type { Plan } from "./plan.ts";
import { type DefinitionProblem, problemAt } from "./problem.ts";
import { readableParts } from "./readable_parts.ts";
import { Definition, MAX_DEFINITION_BYTES } from "./schema.ts";
import { findStorageProblem } from "./storable.ts";

/** Most problems told at a time. */
const MAX_PROBLEMS = 50;

/** A definition that can be run and its plan, or what is wrong with it: at most 50 problems. */
export type DefinitionCheck =
  | { readonly ok: true; readonly definition: Definition; readonly plan: Plan }
  | { readonly ok: false; readonly problems: readonly DefinitionProblem[] };

/**
 * Checks a definition: its shape, each step's config by the step's kind, every template and what it
 * refers to, and the order of the steps. Where the shape is wrong, what can be read is checked all
 * the same. Problems come in the order of the definition.
 *
 * `json` may be anything that `JSON.parse` returns; the definition has its defaults filled in.
 */
export async function parseDefinition(
  json: unknown,
  kinds: ReadonlyMap<string, StepKind>,
): Promise<DefinitionCheck> {
  const unstorable = findStorageProblem(json);
  if (unstorable) return refused([problemAt(unstorable.path, unstorable.sentence, json)]);
  const oversized = checkSize(json);
  if (oversized.length > 0) return refused(oversized);
  const result = Definition.safeParse(json, { error: describeIssue });
  if (!result.success) {
    const problems = problemsOf(result.error.issues, json);
    const { problems: further } = await checkParts(readableParts(json), kinds);
    return refused(inOrder([...problems, ...further.filter(isBesides(problems))]));
  }
  const definition = result.data;
  const { problems, plan } = await checkParts(definition, kinds);
  problems.unshift(...checkSize(definition));
  if (problems.length > 0 || plan === null) return refused(inOrder(problems));
  return { ok: true, definition, plan };
}

/** What is wrong beyond the shape; the plan where the steps can be ordered. */
async function checkParts(definition: Definition, kinds: ReadonlyMap<string, StepKind>) {
  const problems = [
    ...checkNames(definition),
    ...checkInputs(definition),
    ...checkConfigs(definition, kinds),
  ];
  const references = await checkReferences(definition);
  if ("plan" in references) return { problems, plan: references.plan };
  return { problems: [...problems, ...references.problems], plan: null };
}

/** Whether a problem lies beside others: what is below a place that is wrong itself goes unsaid. */
function isBesides(others: readonly DefinitionProblem[]) {
  return ({ path }: DefinitionProblem) =>
    !others.some((other) => other.path.every((key, index) => path[index] === key));
}

interface Issue {
  readonly code?: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
}

function problemsOf(
  issues: readonly Issue[],
  definition: unknown,
  base: DefinitionProblem["path"] = [],
): DefinitionProblem[] {
  return issues.map((issue) => {
    const path = [...base, ...issue.path.map(keyOf)];
    const problem = problemAt(path, issue.message, definition);
    const [unknownKey] = issue.code === "unrecognized_keys" ? issue.keys ?? [] : [];
    return unknownKey === undefined ? problem : { ...problem, path: [...path, unknownKey] };
  });
}

function keyOf(key: PropertyKey): string | number {
  return typeof key === "symbol" ? String(key) : key;
}

function refused(problems: readonly DefinitionProblem[]): DefinitionCheck {
  return { ok: false, problems: problems.slice(0, MAX_PROBLEMS) };
}

function checkSize(definition: unknown): DefinitionProblem[] {
  const bytes = new TextEncoder().encode(JSON.stringify(definition)).byteLength;
  if (bytes <= MAX_DEFINITION_BYTES) return [];
  const sentence = `an app has at most ${MAX_DEFINITION_BYTES} bytes, this one has ${bytes}`;
  return [problemAt([], sentence, definition)];
}

function checkNames(definition: Definition): DefinitionProblem[] {
  return [
    ...repeated(definition.inputs.map(({ name }) => name)).map(([index, name]) =>
      problemAt(["inputs", index, "name"], `"${name}" is taken by an input above`, definition)
    ),
    ...repeated(definition.steps.map(({ id }) => id)).map(([index, id]) =>
      problemAt(["steps", index, "id"], `"${id}" is taken by a step above`, definition)
    ),
    ...repeated(definition.outputs.map(({ name }) => name)).map(([index, name]) =>
      problemAt(["outputs", index, "name"], `"${name}" is taken by an output above`, definition)
    ),
  ];
}

function repeated(names: readonly string[]): [number, string][] {
  return [...names.entries()].filter(([index, name]) => names.indexOf(name) < index);
}

function checkInputs(definition: Definition): DefinitionProblem[] {
  return definition.inputs.flatMap((input, index) =>
    checkInput(input).map(({ field, sentence }) =>
      problemAt(["inputs", index, field], sentence, definition)
    )
  );
}

function checkConfigs(
  definition: Definition,
  kinds: ReadonlyMap<string, StepKind>,
): DefinitionProblem[] {
  return definition.steps.flatMap((step, index) => {
    const kind = kinds.get(step.kind);
    if (kind === undefined) {
      const sentence = unknownName(step.kind, {
        one: "kind",
        many: "Kinds",
        names: [...kinds.keys()],
      });
      return [problemAt(["steps", index, "kind"], sentence, definition)];
    }
    const result = kind.config.safeParse(step.config, { error: describeIssue });
    if (result.success) return [];
    return problemsOf(result.error.issues, definition, ["steps", index, "config"]);
  });
}

const FIELDS = Object.keys(Definition.shape);

function inOrder(problems: readonly DefinitionProblem[]): DefinitionProblem[] {
  return problems.toSorted((left, right) =>
    placeOf(left) - placeOf(right) || Number(left.path[1] ?? 0) - Number(right.path[1] ?? 0)
  );
}

/** What concerns all of it comes first, a field that there is not last. */
function placeOf({ path: [field] }: DefinitionProblem): number {
  if (field === undefined) return -1;
  const index = FIELDS.indexOf(String(field));
  return index < 0 ? FIELDS.length : index;
}
