import type { App } from "../app.ts";
import { Definition, StepDefinition } from "../definition/schema.ts";
import type { TaskRecord } from "../store/records.ts";

/** Stands for a version of an app that is lost: of its steps only the ids are known. */
export function lostApp({ app: { id, name, version }, steps, createdAt }: TaskRecord): App {
  const step = StepDefinition.parse({ id: "lost", name: "Lost", kind: "unknown" });
  const definition = {
    ...Definition.parse({ name: "Lost", steps: [step] }),
    name,
    steps: Object.keys(steps).map((id) => ({ ...step, id, name: id })),
  };
  return { id, version, definition, savedAt: createdAt };
}
