import { paths } from "../../routes/paths.ts";
import { Frame } from "../frame.tsx";
import type { PageContext } from "../page_context.ts";
import { TaskList, type TaskListProps } from "./task_list.tsx";

export interface HistoryProps {
  readonly context: PageContext;
  readonly list: TaskListProps;
}

/** The Task History. */
export function HistoryPage({ context, list }: HistoryProps) {
  const { status, app } = list.query;
  const feedUrl = paths.taskFeed({ status, app });
  return (
    <Frame context={context} title="Task History" current="tasks" feedUrl={feedUrl}>
      <TaskList {...list} />
    </Frame>
  );
}
