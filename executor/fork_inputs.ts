import type { App } from "./app.ts";
import { type InputsCheck, parseInputs, type RawInputs } from "./definition/inputs.ts";
import type { InputValues } from "./definition/schema.ts";

/** A version of an app, and what it was run with. */
export interface Ran {
  readonly app: App;
  readonly inputs: InputValues;
}

/**
 * The inputs of a task's fork: `given`, or the same as before, which another version of the app
 * checks again.
 */
export function forkInputs(app: App, ran: Ran, given?: RawInputs): InputsCheck {
  const declared = app.definition.inputs;
  if (given !== undefined) return parseInputs(declared, given);
  if (app.version === ran.app.version) return { ok: true, values: ran.inputs };
  const names = new Set(declared.map(({ name }) => name));
  // What was left empty stays so; only an input that is new takes its default.
  const empty = ran.app.definition.inputs.flatMap(({ name }) =>
    names.has(name) ? [[name, null] as const] : []
  );
  const fields = Object.fromEntries([...empty, ...Object.entries(ran.inputs)]);
  return parseInputs(declared, { source: "json", fields });
}
