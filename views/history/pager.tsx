import type { TaskPage } from "../../executor/task.ts";
import { paths, type TaskListQuery } from "../../routes/paths.ts";
import type { TimeContext } from "../page_context.ts";
import { PageLinks } from "../page_links.tsx";
import { Timestamp } from "../time.tsx";
import { firstPage } from "./filters.tsx";
import { listLink } from "./list_link.ts";

export interface PagerProps {
  readonly page: TaskPage;
  readonly query: TaskListQuery;
  readonly context: TimeContext;
}

/** What is on this page, and the ways to the newer and the older one. */
export function Pager({ page, query, context }: PagerProps) {
  const { newer, older } = page;
  const base = firstPage(query);
  return (
    <nav class="pager" aria-label="Pages">
      <Extent page={page} context={context} />
      <PageLinks
        link={listLink}
        newer={newer === null ? null : paths.tasks({ ...base, after: newer })}
        older={older === null ? null : paths.tasks({ ...base, before: older })}
      />
    </nav>
  );
}

function Extent({ page, context }: Pick<PagerProps, "page" | "context">) {
  const [first, last] = [page.rows.at(0), page.rows.at(-1)];
  if (!first || !last) return null;
  if (first === last) {
    return (
      <p>
        1 task, from <Timestamp at={first.createdAt} context={context} />
      </p>
    );
  }
  return (
    <p>
      {page.rows.length} tasks, from <Timestamp at={first.createdAt} context={context} /> back to
      {" "}
      <Timestamp at={last.createdAt} context={context} />
    </p>
  );
}
