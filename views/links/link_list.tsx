import type { ListedLink } from "../../executor/link.ts";
import { ConfirmDeletion } from "../confirm_deletion.tsx";
import type { TimeContext } from "../page_context.ts";
import { countOf } from "../text/counts.ts";
import { Timestamp } from "../time.tsx";

export interface LinkListProps {
  readonly links: readonly ListedLink[];
  /** What tells one link from another in the list. */
  readonly nameOf: (link: ListedLink) => string;
  /** What it shows, as a sentence begins. */
  readonly shownBy: (link: ListedLink) => string;
  /** Where the form goes that revokes one. */
  readonly revocationOf: (link: ListedLink) => string;
  /** What revoking does. */
  readonly warning: string;
  /** htmx attributes of that form. */
  readonly behaviourOf?: (link: ListedLink) => Readonly<Record<string, string>>;
  readonly context: TimeContext;
}

/** Links that were given away, and can be revoked. */
export function LinkList(props: LinkListProps) {
  return (
    <section class="section" aria-labelledby="links">
      <div class="side-head">
        <h2 id="links">{countOf(props.links.length, "link")}</h2>
      </div>
      <ul class="link-list">
        {props.links.map((link) => <LinkRow link={link} {...props} />)}
      </ul>
    </section>
  );
}

function LinkRow(
  { link, nameOf, shownBy, revocationOf, warning, behaviourOf, context }: LinkListProps & {
    readonly link: ListedLink;
  },
) {
  const { views, createdAt, createdBy, expiresAt } = link;
  const name = nameOf(link);
  return (
    <li>
      <div>
        <p>
          <b>{name}</b>
        </p>
        <p class="muted">
          {`${shownBy(link)}; ${openedWords(views)}. Made by ${createdBy}, `}
          <Timestamp at={createdAt} context={context} />; good until{" "}
          <Timestamp at={expiresAt} context={context} />.
        </p>
      </div>
      <ConfirmDeletion
        action={revocationOf(link)}
        what="link"
        verb="Revoke"
        name={`the link for ${name}`}
        question={warning}
        behaviour={behaviourOf?.(link)}
      />
    </li>
  );
}

function openedWords(views: number): string {
  if (views === 0) return "not opened yet";
  return views === 1 ? "opened once" : `opened ${views} times`;
}
