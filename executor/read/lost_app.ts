import type { App } from "../app.ts";
import { Definition, StepDefinition } from "../definition/schema.ts";
import type { Store } from "../store/mod.ts";
import type { TaskRecord } from "../store/records.ts";
import { UnreadableError } from "../store/unreadable.ts";

/** The version of its app that a task runs; null where it is lost. */
export async function versionOf(
  { apps }: Pick<Store, "apps">,
  { app: { id, version } }: TaskRecord,
): Promise<App | null> {
  try {
    return await apps.readVersion(id, version);
  } catch (error) {
    if (error instanceof UnreadableError) return null;
    throw error;
  }
}

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
