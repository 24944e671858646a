import type { OutputDetail } from "../../executor/mod.ts";
import type { TaskView } from "../../views/task/task_view.ts";
import type { RenderMarkdown } from "../../views/text/markdown.ts";
import type { Deps } from "../deps.ts";
import { runForm } from "../apps/run_form.ts";

/** For whom a task is read, and an earlier reading, to spare work. */
export interface TaskReading extends Pick<TaskView, "may"> {
  readonly previous?: TaskView | null;
}

/** Reads a task as its page shows it. */
export async function readTaskView(
  { executor, loadMarkdown }: Pick<Deps, "executor" | "loadMarkdown">,
  taskId: string,
  { may, previous = null }: TaskReading,
): Promise<TaskView | null> {
  const detail = await executor.tasks.read(taskId, previous?.detail);
  if (detail === null) return null;
  const app = await executor.apps.read(detail.app.id);
  const inputs = app !== null && detail.status !== "running" && may.run
    ? await executor.tasks.readInputs(taskId)
    : null;
  return {
    detail,
    may,
    isEditable: app !== null,
    latest: app &&
      { version: app.version, stepIds: app.definition.steps.map(({ id }) => id) },
    // The form of the app as it is now, filled in with the task's inputs.
    runAgain: app && inputs && runForm(app, { from: "task", values: inputs }, "run-again"),
    renderMarkdown: await rendererFor(detail.outputs, loadMarkdown),
  };
}

/** What renders the Markdown among these outputs: it is loaded where there is any. */
export async function rendererFor(
  outputs: readonly OutputDetail[],
  loadMarkdown: Deps["loadMarkdown"],
): Promise<RenderMarkdown> {
  return outputs.some(({ type }) => type === "markdown") ? await loadMarkdown() : refuseMarkdown;
}

function refuseMarkdown(): never {
  throw new TypeError(
    "Cannot render Markdown: the task had no output of that type when it was read",
  );
}
