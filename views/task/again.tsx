import { domIds } from "../dom_ids.ts";
import { RunForm } from "../form/run_form.tsx";
import type { TaskView } from "./task_view.ts";

/** Live: the form that runs the app again, once the task has ended; else empty. */
export function TaskAgain({ view }: { readonly view: TaskView }) {
  return (
    <div id={domIds.taskAgain}>
      {view.runAgain === null
        ? null
        : (
          <section class="task-again" id={domIds.runAgain} aria-labelledby={domIds.runAgainTitle}>
            <div class="again-head">
              <h2 id={domIds.runAgainTitle}>Run again</h2>
              <p class="muted">
                {view.runAgain.inputs.length > 0 ? "A new task with these inputs" : "A new task"}
                {`, on version ${view.runAgain.app.version}.`}
              </p>
            </div>
            <RunForm {...view.runAgain} />
          </section>
        )}
    </div>
  );
}
