import { paths } from "../../routes/paths.ts";
import { ConfirmDeletion } from "../confirm_deletion.tsx";
import { domIds } from "../dom_ids.ts";
import type { TaskView } from "./task_view.ts";

/** Live: deletes a task once it has ended. */
export function TaskDeletion({ view: { detail, may } }: { readonly view: TaskView }) {
  return (
    <div class="task-deletion" id={domIds.taskDeletion}>
      {!may.edit || detail.status === "running" ? null : (
        <ConfirmDeletion
          action={paths.taskDeletion(detail.id)}
          what="task"
          name="this task"
          question="Delete this task, with its inputs, results and outputs? It cannot be brought back."
        />
      )}
    </div>
  );
}
