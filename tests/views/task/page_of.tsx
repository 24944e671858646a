import type { TaskDetail } from "../../../executor/task.ts";
import { renderNow } from "../../../views/render.ts";
import { TaskPage } from "../../../views/task/task_page.tsx";
import type { TaskView } from "../../../views/task/task_view.ts";
import { context } from "../samples.ts";
import { viewOf } from "./samples.ts";

/** The page of a task, as somebody sees it who may do everything. */
export function page(detail: TaskDetail, more: Partial<TaskView> = {}): string {
  return renderNow(<TaskPage context={context} view={viewOf(detail, more)} eventsUrl="/events" />);
}
