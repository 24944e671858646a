import { domIds } from "./dom_ids.ts";
import { Icon } from "./icon.tsx";

export interface PageLinksProps {
  /** The attributes of a link to a page, by its URL. */
  readonly link: (href: string) => Readonly<Record<string, string>>;
  /** URLs; null where there is no such page. */
  readonly newer: string | null;
  readonly older: string | null;
}

/** The ways to the newer and the older page of a list. */
export function PageLinks({ link, newer, older }: PageLinksProps) {
  return (
    <>
      <PageLink id={domIds.newerLink} rel="prev" link={link} href={newer}>
        <Icon name="previous" />
        Previous
      </PageLink>
      <PageLink id={domIds.olderLink} rel="next" link={link} href={older}>
        Next
        <Icon name="next" />
      </PageLink>
    </>
  );
}

interface PageLinkProps extends Pick<PageLinksProps, "link"> {
  readonly id: string;
  readonly rel: "prev" | "next";
  readonly href: string | null;
  readonly children: unknown;
}

/** Where there is no such page the place stays, so that the focus does not fall out of the pager. */
function PageLink({ id, rel, link, href, children }: PageLinkProps) {
  if (href === null) {
    return <a class="button" id={id} role="link" aria-disabled="true" tabindex={-1}>{children}</a>;
  }
  return <a class="button" id={id} rel={rel} {...link(href)}>{children}</a>;
}
