import type { TaskPage } from "../../executor/task.ts";
import { paths, type TaskListQuery } from "../../routes/paths.ts";
import { domIds } from "../dom_ids.ts";
import { Icon } from "../icon.tsx";
import type { TimeContext } from "../page_context.ts";
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
      <PageLink
        id={domIds.newerLink}
        rel="prev"
        href={newer === null ? null : paths.tasks({ ...base, after: newer })}
      >
        <Icon name="previous" />
        Previous
      </PageLink>
      <PageLink
        id={domIds.olderLink}
        rel="next"
        href={older === null ? null : paths.tasks({ ...base, before: older })}
      >
        Next
        <Icon name="next" />
      </PageLink>
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

interface PageLinkProps {
  readonly id: string;
  readonly rel: "prev" | "next";
  /** Null where there is no such page. */
  readonly href: string | null;
  readonly children: unknown;
}

/** Where there is no such page the place stays, so that the focus does not fall out of the pager. */
function PageLink({ id, rel, href, children }: PageLinkProps) {
  if (href === null) {
    return <a class="button" id={id} role="link" aria-disabled="true" tabindex={-1}>{children}</a>;
  }
  return <a class="button" id={id} rel={rel} {...listLink(href)}>{children}</a>;
}
