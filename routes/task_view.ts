import type { App, Executor, TaskDetail } from "../executor/mod.ts";
import { formValues } from "../executor/mod.ts";
import type { RunFormProps } from "../views/form/run_form.tsx";
import type { TaskView } from "../views/task/task_view.ts";
import type { Deps } from "./deps.ts";

/** Reads a task as its page shows it; `previous` is an earlier reading, to spare work. */
export async function readTaskView(
  { executor, loadMarkdown }: Pick<Deps, "executor" | "loadMarkdown">,
  taskId: string,
  previous: TaskView | null = null,
): Promise<TaskView | null> {
  const detail = await executor.tasks.read(taskId, previous?.detail);
  if (detail === null) return null;
  const app = await executor.apps.read(detail.app.id);
  const hasMarkdown = detail.outputs.some(({ type }) => type === "markdown");
  return {
    detail,
    isEditable: app !== null,
    runAgain: app !== null && detail.status !== "running"
      ? await runAgainForm(executor, detail, app)
      : null,
    renderMarkdown: hasMarkdown ? await loadMarkdown() : refuseMarkdown,
  };
}

/** The form of the app as it is now, filled in with the task's inputs. */
async function runAgainForm(
  executor: Executor,
  detail: TaskDetail,
  app: App,
): Promise<RunFormProps> {
  const { inputs, name } = app.definition;
  const values = await executor.tasks.readInputs(detail.id);
  return {
    app: { id: app.id, name, version: app.version },
    inputs,
    values: formValues(inputs, { from: "task", values }),
    errors: {},
    message: null,
    variant: "run-again",
  };
}

function refuseMarkdown(): never {
  throw new TypeError(
    "Cannot render Markdown: the task had no output of that type when it was read",
  );
}
