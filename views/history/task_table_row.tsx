import type { TaskRow } from "../../executor/task.ts";
import { paths } from "../../routes/paths.ts";
import { domIds } from "../dom_ids.ts";
import type { TimeContext } from "../page_context.ts";
import { Status } from "../status.tsx";
import { TaskIdLabel } from "../task_id.tsx";
import { Clock, formatDuration, Timestamp } from "../time.tsx";
import { TriggerMark } from "./trigger_mark.tsx";

export interface TaskTableRowProps {
  readonly row: TaskRow;
  readonly context: TimeContext;
}

/** A task in the Task History; the same row replaces itself while the task runs. */
export function TaskTableRow({ row, context }: TaskTableRowProps) {
  const isRunning = row.status === "running";
  return (
    <tr id={domIds.taskRow(row.id)}>
      <td class="cell-id">
        <a href={paths.task(row.id)}>
          <TaskIdLabel id={row.id} />
        </a>
      </td>
      <td class="cell-status">
        <Status status={row.status} variant="badge" />
      </td>
      <td class="cell-origin fill">
        <Origin row={row} />
      </td>
      <td class="cell-time muted">
        <Timestamp at={row.createdAt} context={context} />
      </td>
      <td class={isRunning ? "cell-dur num" : "cell-dur num muted"}>
        <TaskDuration row={row} now={context.now} />
      </td>
    </tr>
  );
}

function Origin({ row }: { readonly row: TaskRow }) {
  return (
    <div class="origin">
      <a href={paths.tasks({ app: row.app.id })} title={`Show only tasks of ${row.app.name}`}>
        {row.app.name}
      </a>
      <TriggerMark kind={row.origin.kind} />
    </div>
  );
}

/** From the start to the end, or to now; nothing for a task that no worker has begun. */
function TaskDuration({ row, now }: { readonly row: TaskRow; readonly now: number }) {
  const { startedAt, finishedAt } = row;
  if (startedAt === null) return "–";
  if (finishedAt !== null) return formatDuration(finishedAt - startedAt);
  return <Clock since={startedAt} now={now} />;
}
