import type { Definition, OutputDefinition } from "../definition/schema.ts";
import type { PreparedBody } from "../store/bodies.ts";
import type { TaskError } from "../task.ts";
import { renderTemplate, type TemplateScope } from "../template/liquid.ts";
import type { RunContext } from "./context.ts";
import { explain } from "./failure.ts";

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
      const message = error instanceof SyntaxError
        ? error.message
        : explain(context, error, `output ${output.name}`, { taskId }).message;
      return { ok: false, error: { stepId: null, outputName: output.name, message } };
    }
  }
  return { ok: true, outputs };
}

/** @throws {SyntaxError} in words, where an output of type json is none. */
async function renderOutput(output: OutputDefinition, scope: TemplateScope): Promise<string> {
  const text = (await renderTemplate(output.template, scope)).toWellFormed();
  if (output.type !== "json") return text;
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    const quoted = text.length > 80 ? `${text.slice(0, 80)}…` : text;
    throw new SyntaxError(
      `Output "${output.label}" has to be JSON, and "${quoted}" is not. ` +
        `Use the json filter in its template`,
    );
  }
}
