import type { StepKind } from "../steps/step_kind.ts";
import { parseDefinition } from "./check.ts";
import { JsonTextError, type LocatedJson, readJsonText } from "./json_text.ts";
import type { Plan } from "./plan.ts";
import type { DefinitionProblem } from "./problem.ts";
import {
  DEFAULT_RETRY,
  DEFAULT_TIMEOUT_SECONDS,
  type Definition,
  type InputDefinition,
  type Json,
  MAX_DEFINITION_BYTES,
  MAX_TASK_SECONDS,
  type Retry,
  type StepDefinition,
} from "./schema.ts";

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

/**
 * A definition as the workspace editor shows it: JSON without the name and the description, which
 * have fields of their own, and without what has its default value.
 */
export function definitionText(definition: Definition): string {
  const { timeout, budget, concurrency, inputs, steps, outputs } = definition;
  const limits = withoutUndefined({
    timeout: timeout === MAX_TASK_SECONDS ? undefined : timeout,
    budget,
    concurrency,
  });
  const text = { ...limits, inputs: inputs.map(inputText), steps: steps.map(stepText), outputs };
  return `${JSON.stringify(text, null, 2)}\n`;
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

function inputText(input: InputDefinition): Json {
  const { required, help, ...rest } = input;
  return withoutUndefined({
    ...rest,
    default: input.type === "checkbox" && !input.default ? undefined : input.default,
    required: required || undefined,
    help: help || undefined,
  });
}

function stepText({ needs, config, retry, timeout, onError, ...rest }: StepDefinition): Json {
  return withoutUndefined({
    ...rest,
    config: Object.keys(config).length > 0 ? config : undefined,
    needs: needs.length > 0 ? needs : undefined,
    retry: isDefault(retry) ? undefined : retry,
    timeout: timeout === DEFAULT_TIMEOUT_SECONDS ? undefined : timeout,
    onError: onError === "fail" ? undefined : onError,
  });
}

function isDefault({ attempts, backoff }: Retry): boolean {
  return attempts === DEFAULT_RETRY.attempts && backoff === DEFAULT_RETRY.backoff;
}

function withoutUndefined(
  fields: Readonly<Record<string, Json | undefined>>,
): Record<string, Json> {
  const kept = Object.entries(fields).flatMap(([key, value]): [string, Json][] =>
    value === undefined ? [] : [[key, value]]
  );
  return Object.fromEntries(kept);
}
