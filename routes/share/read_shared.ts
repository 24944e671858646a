import type { Link, TaskDetail } from "../../executor/mod.ts";
import type { SharedView } from "../../views/shared/shared_task.ts";
import type { Deps } from "../deps.ts";
import { rendererFor } from "../tasks/task_view.ts";
import { projectTask } from "./project_task.ts";

/** A task that a token opens. */
export interface OpenedTask {
  readonly taskId: string;
  readonly link: Link;
  readonly token: string;
}

/** A reading of it: all there is, to spare the next one work, and what is shown of that. */
export interface SharedReading {
  readonly whole: TaskDetail;
  readonly view: SharedView;
}

/** Null for whatever opens no task: unknown, expired, revoked, of an app, malformed. */
export async function openTask({ executor }: Deps, token: string): Promise<OpenedTask | null> {
  const link = await executor.links.open(token);
  return link?.target.kind === "task" ? { taskId: link.target.taskId, link, token } : null;
}

/** Null where the task has been deleted. */
export async function readShared(
  { executor, loadMarkdown }: Deps,
  { taskId, link: { show, expiresAt }, token }: OpenedTask,
  previous: SharedReading | null = null,
): Promise<SharedReading | null> {
  const whole = await executor.tasks.read(taskId, previous?.whole);
  if (whole === null) return null;
  const detail = projectTask(whole, show);
  const renderMarkdown = await rendererFor(detail.outputs, loadMarkdown);
  return { whole, view: { detail, token, expiresAt, renderMarkdown } };
}
