import type { StepKind } from "../steps/step_kind.ts";
import { parseDefinition } from "./check.ts";
import { JsonTextError, type LocatedJson, readJsonText } from "./json_text.ts";
import type { Plan } from "./plan.ts";
import type { DefinitionProblem } from "./problem.ts";
import { type Definition, MAX_DEFINITION_BYTES } from "./schema.ts";

/** Most characters of a typed definition: what it may hold, written with room to read. */
const MAX_TEXT_LENGTH = 4 * MAX_DEFINITION_BYTES;

/** What a person types in the workspace editor. */
export interface TypedDefinition {
  readonly name: string;
  readonly description: string;
  /** JSON: an object with `inputs`, `steps`, `outputs` and the app's limits. */
  readonly text: string;
}

/** A problem of a typed definition. `line` is of the text, from 1; `path` as in `steps.0.name`. */
export interface TypedDefinitionProblem {
  readonly message: string;
  readonly line: number | null;
  readonly path: string | null;
}

/** As `DefinitionCheck`, with problems that name the line of the text. */
export type TypedDefinitionCheck =
  | { readonly ok: true; readonly definition: Definition; readonly plan: Plan }
  | { readonly ok: false; readonly problems: readonly TypedDefinitionProblem[] };

/** Checks a definition as it was typed. Problems of `name` and `description` have no line. */
export async function parseDefinitionText(
  { name, description, text }: TypedDefinition,
  kinds: ReadonlyMap<string, StepKind>,
): Promise<TypedDefinitionCheck> {
  const located = read(text);
  if ("problem" in located) return { ok: false, problems: [located.problem] };
  const { value } = located;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const message = 'It has to be an object: { "inputs": [], "steps": [], "outputs": [] }';
    return { ok: false, problems: [{ message, line: 1, path: null }] };
  }
  const twice = ["name", "description"].filter((field) => Object.hasOwn(value, field))
    .map((field) => inText(field, located));
  const check = await parseDefinition({ ...value, name, description }, kinds);
  if (check.ok && twice.length === 0) return check;
  const problems = check.ok ? [] : check.problems.map((problem) => locate(problem, located));
  return { ok: false, problems: [...twice, ...problems] };
}

function read(text: string): LocatedJson | { readonly problem: TypedDefinitionProblem } {
  if (text.length > MAX_TEXT_LENGTH) {
    const message =
      `The text has at most ${MAX_TEXT_LENGTH} characters, this one has ${text.length}`;
    return { problem: { message, line: null, path: null } };
  }
  try {
    return readJsonText(text);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    const { line, column } = error;
    const message = `Line ${line}, column ${column}: ${error.message}`;
    return { problem: { message, line, path: null } };
  }
}

function inText(field: string, located: LocatedJson): TypedDefinitionProblem {
  const message = `"${field}" has a field of its own above, take it out of the text`;
  return { message, line: located.lineOf([field]), path: field };
}

function locate(
  { path, message }: DefinitionProblem,
  located: LocatedJson,
): TypedDefinitionProblem {
  const isInText = path[0] !== "name" && path[0] !== "description";
  const line = isInText && path.length > 0 ? located.lineOf(path) : null;
  return { message, line, path: path.length === 0 ? null : path.join(".") };
}
