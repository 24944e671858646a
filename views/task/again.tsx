import { domIds } from "../dom_ids.ts";
import { RunForm } from "../form/run_form.tsx";
import { wholeForks } from "./fork_choices.ts";
import { ForkForm } from "./fork_form.tsx";
import type { TaskView } from "./task_view.ts";

/** Live: the ways to run the app again, once the task has ended; else empty. */
export function TaskAgain({ view }: { readonly view: TaskView }) {
  const { runAgain, detail } = view;
  const forks = wholeForks(view);
  return (
    <div id={domIds.taskAgain}>
      {runAgain === null && forks.length === 0
        ? null
        : (
          <section class="task-again" id={domIds.runAgain} aria-labelledby={domIds.runAgainTitle}>
            <div class="again-head">
              <h2 id={domIds.runAgainTitle}>Run again</h2>
              <p class="muted">{againWords(view)}</p>
            </div>
            {runAgain === null ? null : <RunForm {...runAgain} />}
            {forks.length === 0
              ? null
              : <ForkForm taskId={detail.id} from={null} buttons={forks} />}
          </section>
        )}
    </div>
  );
}

function againWords({ runAgain }: TaskView): string {
  if (runAgain === null) return "A new task. The app has been deleted, and its version is kept.";
  const what = runAgain.inputs.length > 0 ? "A new task with these inputs" : "A new task";
  return `${what}, on version ${runAgain.app.version}.`;
}
