import type { ForkDetail, ForkedFromDetail, TaskDetail } from "../../executor/task.ts";
import { paths } from "../../routes/paths.ts";
import { domIds } from "../dom_ids.ts";
import type { TimeContext } from "../page_context.ts";
import { TaskIdLabel } from "../task_id.tsx";
import { countOf, formatCount } from "../text/counts.ts";
import { formatDuration, Timestamp } from "../time.tsx";
import type { TaskView } from "./task_view.ts";

/** Live: which task it was forked from, and what that has saved; else empty. */
export function TaskForkedFrom({ view: { detail } }: { readonly view: TaskView }) {
  return (
    <div class="task-fork" id={domIds.taskForkedFrom}>
      {detail.forkedFrom === null ? null : (
        <p>
          Forked from <ForkedTask from={detail.forkedFrom} />
          {placeWords(detail.forkedFrom)}
          {detail.forkedFrom.stepId === null ? "." : `: ${copiedWords(detail)}.`}
        </p>
      )}
    </div>
  );
}

/** The task a fork was made from: a link while it is there. */
export function ForkedTask({ from }: { readonly from: ForkedFromDetail }) {
  if (!from.exists) {
    return (
      <>
        <TaskIdLabel id={from.taskId} /> (deleted)
      </>
    );
  }
  return (
    <a href={paths.task(from.taskId)}>
      <TaskIdLabel id={from.taskId} />
    </a>
  );
}

function placeWords({ stepName }: Pick<ForkDetail, "stepName">): string {
  return stepName === null ? " as a whole" : ` at step “${stepName}”`;
}

function copiedWords({ steps, forkedFrom }: TaskDetail): string {
  const copied = steps.filter(({ state }) => state.status === "completed" && state.copied).length;
  if (copied === 0 || forkedFrom === null) return "no step was copied";
  const { savedMs, savedTokens } = forkedFrom;
  const tokens = savedTokens === 0 ? "" : ` and ${countOf(savedTokens, "token")}`;
  return `${countOf(copied, "step")} copied, saved ${formatDuration(savedMs)}${tokens}`;
}

/** Live: the tasks that were forked from it, newest first; else empty. */
export function TaskForks(
  { view: { detail }, context }: { readonly view: TaskView; readonly context: TimeContext },
) {
  const { forks, hasMoreForks } = detail;
  return (
    <div class="task-forks" id={domIds.taskForks}>
      {forks.length === 0 ? null : (
        <>
          <h2 class="rail-title">Forks</h2>
          <ul class="forks">
            {forks.map((fork) => <Fork fork={fork} own={detail.app.version} context={context} />)}
          </ul>
          {hasMoreForks ? <p class="muted">{`The newest ${formatCount(forks.length)}`}</p> : null}
        </>
      )}
    </div>
  );
}

function Fork({ fork, own, context }: {
  readonly fork: ForkDetail;
  /** The version that the task itself runs. */
  readonly own: number;
  readonly context: TimeContext;
}) {
  const version = fork.version === own ? "" : `, version ${fork.version}`;
  return (
    <li>
      <a href={paths.task(fork.id)}>
        <TaskIdLabel id={fork.id} />
      </a>
      <p class="muted">
        {fork.stepName === null ? "As a whole" : `At step “${fork.stepName}”`}
        {`${version}, `}
        <Timestamp at={fork.createdAt} context={context} />
      </p>
    </li>
  );
}
