import type { TaskDetail } from "../../executor/task.ts";
import { paths } from "../../routes/paths.ts";
import { domIds } from "../dom_ids.ts";
import { hx } from "../hx.ts";
import { Icon } from "../icon.tsx";
import { StudioLink } from "../studio_link.tsx";
import { Status } from "../status.tsx";
import { TaskIdLabel } from "../task_id.tsx";
import { TaskForkedFrom } from "./forks.tsx";
import type { TaskView } from "./task_view.ts";

/** What the task is and how it stands. */
export function TaskHead({ view }: { readonly view: TaskView }) {
  const { id, app, description } = view.detail;
  return (
    <header class="task-head">
      <p class="task-line">
        <TaskStatus status={view.detail.status} />
        <TaskIdLabel id={id} />
      </p>
      <h1>{app.name}</h1>
      {description === "" ? null : <p class="lede">{description}</p>}
      <TaskForkedFrom view={view} />
      <TaskActions view={view} />
      <div class="task-notice" id={domIds.notice} role="alert"></div>
    </header>
  );
}

/** Live: the status, said aloud when it changes. */
export function TaskStatus({ status }: Pick<TaskDetail, "status">) {
  return (
    <span id={domIds.taskStatus} aria-live="polite">
      <Status status={status} variant="head" />
    </span>
  );
}

/** Live: what can be done with the task. A failed one has its "Run again" beside the error. */
export function TaskActions({ view }: { readonly view: TaskView }) {
  const { detail: { id, status, app }, may } = view;
  return (
    <div class="actions" id={domIds.taskActions}>
      {may.run && status === "running" ? <Cancel taskId={id} /> : null}
      {!may.run || status === "running" || status === "failed" ? null : <RunAgainLink />}
      {view.isEditable
        ? <StudioLink appId={app.id} mayEdit={may.edit} className="button button--quiet" />
        : <span class="muted">This app has been deleted</span>}
      {may.edit ? <ShareLink taskId={id} /> : null}
    </div>
  );
}

/** Opens what it leads to over the page. */
function ShareLink({ taskId }: { readonly taskId: string }) {
  const href = paths.taskShares(taskId);
  const refusal = `swap:innerHTML target:#${domIds.notice}`;
  const behaviour = hx({
    get: href,
    target: `#${domIds.main}`,
    swap: "beforeend",
    sync: "drop",
    status: { "4xx": refusal, "5xx": refusal },
  });
  return (
    <a class="button button--quiet" href={href} {...behaviour}>
      <Icon name="share" />Share
    </a>
  );
}

/** Leads to the form at the page's end. */
export function RunAgainLink() {
  return (
    <a class="button" href={`#${domIds.runAgain}`}>
      <Icon name="again" />Run again
    </a>
  );
}

/** The stream brings the new state, so that only a refusal is shown from the answer. */
function Cancel({ taskId }: { readonly taskId: string }) {
  const action = paths.taskCancellation(taskId);
  const behaviour = hx({
    post: action,
    target: `#${domIds.notice}`,
    swap: "innerHTML",
    sync: "drop",
    status: { "2xx": "swap:none" },
  });
  return (
    <form method="post" action={action} {...behaviour}>
      <button class="button" type="submit">
        <Icon name="cancel" />Cancel
      </button>
    </form>
  );
}
