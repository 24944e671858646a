import assert from "node:assert/strict";
import type { App, ForkChoice, TaskJson } from "../../executor/mod.ts";
import { definitionOf, type DefinitionSketch } from "./definitions.ts";
import type { TestExecutor } from "./executor.ts";

/** Forks a task, of the latest version and as a whole unless told, and says which task it is. */
export async function forkOf(
  { executor }: TestExecutor,
  taskId: string,
  choice: Partial<ForkChoice> = {},
): Promise<string> {
  const result = await executor.tasks.fork(taskId, { from: null, version: "latest", ...choice });
  assert.equal(result.type, "started", JSON.stringify(result));
  return result.type === "started" ? result.taskId : "";
}

/** Saves the next version of an app. */
export async function saveAgain(
  { executor }: TestExecutor,
  { id, version }: App,
  sketch: DefinitionSketch,
): Promise<App> {
  const { name, description, ...rest } = definitionOf(sketch);
  const draft = { name, description, text: JSON.stringify(rest), basedOn: version };
  const saved = await executor.apps.save(id, draft);
  assert.equal(saved.type, "saved", JSON.stringify(saved));
  return saved.type === "saved" ? saved.app : assert.fail();
}

/** Ids of the steps that a fork has copied, in its app's order. */
export function copiedIn({ steps }: Pick<TaskJson, "steps">): string[] {
  return steps.filter(({ copied }) => copied === true).map(({ id }) => id);
}

/** Runs a task of gates to its end; each step takes a second, and gives what `outputs` says. */
export async function runGates(
  test: TestExecutor,
  app: App,
  outputs: Readonly<Record<string, string>> = {},
  inputs: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const taskId = await test.start(app.id, inputs);
  await finishGates(test, app.definition.steps.map(({ id }) => id), outputs);
  assert.equal((await test.ended(taskId)).status, "completed");
  return taskId;
}

/** Ends the gates of these steps, one after another. */
export async function finishGates(
  test: TestExecutor,
  stepIds: readonly string[],
  outputs: Readonly<Record<string, string>> = {},
): Promise<void> {
  for (const id of stepIds) {
    const gate = await test.gates.next(id);
    test.clock.advance(1_000);
    gate.done(outputs[id] ?? `${id} is done`, { inputTokens: 100, outputTokens: 20 });
  }
}
