import type { Definition, OutputDefinition } from "../definition/schema.ts";
import { PermanentError } from "../steps/step_kind.ts";
import type { PreparedBody } from "../store/bodies.ts";
import type { TaskError } from "../task.ts";
import { renderTemplate, TemplateError, type TemplateScope } from "../template/liquid.ts";
import type { RunContext } from "./context.ts";
import { explain } from "./failure.ts";
import { MAX_RESULT_CHARACTERS } from "./step_attempt.ts";

/** A task's outputs, ready to be committed; or why they could not be made. */
export type Outputs =
  | { readonly ok: true; readonly outputs: ReadonlyMap<string, PreparedBody> }
  | { readonly ok: false; readonly error: TaskError };

/** Renders every output of an app. JSON that does not parse is an error of its output. */
export async function prepareOutputs(
  context: RunContext,
  taskId: string,
  definition: Definition,
  scope: TemplateScope,
): Promise<Outputs> {
  const outputs = new Map<string, PreparedBody>();
  for (const output of definition.outputs) {
    try {
      const text = await renderOutput(output, scope);
      outputs.set(output.name, await context.store.tasks.prepare(taskId, text));
    } catch (error) {
      const message = explain(context, error, `output ${output.name}`, { taskId }).message;
      return { ok: false, error: { stepId: null, outputName: output.name, message } };
    }
  }
  return { ok: true, outputs };
}

/** @throws {PermanentError} in words, where there is no such output, or too much of it. */
async function renderOutput(output: OutputDefinition, scope: TemplateScope): Promise<string> {
  const text = (await render(output, scope)).toWellFormed();
  const kept = output.type === "json" ? compactJson(output, text) : text;
  if (kept.length <= MAX_RESULT_CHARACTERS) return kept;
  throw new PermanentError(
    `Cannot keep output "${output.label}": it has ${kept.length} characters, ` +
      `and at most ${MAX_RESULT_CHARACTERS} are kept`,
  );
}

async function render({ label, template }: OutputDefinition, scope: TemplateScope) {
  try {
    return await renderTemplate(template, scope);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new PermanentError(`Cannot make output "${label}": ${error.message}`, { cause: error });
  }
}

function compactJson({ label }: OutputDefinition, text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    const quoted = text.length > 80 ? `${text.slice(0, 80)}…` : text;
    throw new PermanentError(
      `Output "${label}" has to be JSON, and "${quoted}" is not. ` +
        `Use the json filter in its template`,
    );
  }
}
