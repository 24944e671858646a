import type { Definition, InputValues, Json } from "../../../executor/definition/schema.ts";
import { parseDefinition } from "../../../executor/definition/check.ts";
import { stepKinds } from "../../../executor/steps/registry.ts";
import type { StepServices } from "../../../executor/steps/step_kind.ts";
import { renderConfig, renderTemplate } from "../../../executor/template/liquid.ts";
import { stepRun } from "../steps/step_run.ts";

/** What an app makes of its inputs, its steps run one after another with no task and no store. */
export async function runApp(
  app: Definition,
  inputs: InputValues,
  services: Partial<StepServices> = {},
): Promise<Record<string, string>> {
  const check = await parseDefinition(app, stepKinds);
  if (!check.ok) throw new TypeError(`Cannot run "${app.name}": ${JSON.stringify(check.problems)}`);
  const steps: Record<string, { output: Json }> = {};
  for (const id of check.plan.levels.flat()) {
    const step = app.steps.find((one) => one.id === id);
    const kind = stepKinds.get(step?.kind ?? "");
    if (step === undefined || kind === undefined) throw new RangeError(`No step "${id}" to run`);
    const config = await renderConfig(step.config, { inputs, steps });
    let outcome = await kind.run(stepRun(config, { services }).run);
    if (outcome.type === "wait") {
      const resumedAt = outcome.until;
      outcome = await kind.run(stepRun(config, { services, resumedAt }).run);
    }
    if (outcome.type === "done") steps[id] = { output: outcome.output };
  }
  for (const kind of stepKinds.values()) kind.close?.();
  const outputs = app.outputs.map(async ({ name, template }) =>
    [name, await renderTemplate(template, { inputs, steps })] as const
  );
  return Object.fromEntries(await Promise.all(outputs));
}
