import { Icon } from "../icon.tsx";
import { listLink } from "./list_link.ts";

export interface NewTasksProps {
  readonly count: number;
  /** Whether there are more than were counted. */
  readonly isMore: boolean;
  /** The first page with the filters of this one. */
  readonly href: string;
}

/** Says that tasks came after the page was made. It stands in the heading's line and moves no row. */
export function NewTasks({ count, isMore, href }: NewTasksProps) {
  if (count === 0) return null;
  return (
    <a class="notice" {...listLink(href)}>
      <Icon name="newer" />
      {count}
      {isMore ? "+" : ""} new {count === 1 && !isMore ? "task" : "tasks"}
    </a>
  );
}
