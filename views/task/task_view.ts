import type { TaskDetail } from "../../executor/task.ts";
import type { RunFormProps } from "../form/run_form.tsx";
import type { Reader } from "../page_context.ts";
import type { RenderMarkdown } from "../text/markdown.ts";

/** A task as its page shows it. */
export interface TaskView {
  readonly detail: TaskDetail;
  /** The form that runs it again, on the latest version; null where the app cannot be run now. */
  readonly runAgain: RunFormProps | null;
  /** Whether its app still exists. */
  readonly isEditable: boolean;
  /** Its app as it is now; null where it is gone. */
  readonly latest: { readonly version: number; readonly stepIds: readonly string[] } | null;
  /** From `loadMarkdown()`. */
  readonly renderMarkdown: RenderMarkdown;
  /** What its readers may do; to all of them the page is told alike. */
  readonly may: Pick<Reader["may"], "run" | "edit">;
}

/** Seconds until a browser without JavaScript looks again at a task that runs. */
export const REFRESH_SECONDS = 3;

/** Whether the page still changes by itself: the task runs, or was cancelled and is being stopped. */
export function isLive(
  { detail: { status, closedAt } }: { readonly detail: Pick<TaskDetail, "status" | "closedAt"> },
): boolean {
  return status === "running" || closedAt === null;
}
