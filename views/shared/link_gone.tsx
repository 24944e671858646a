import { Frame } from "../frame.tsx";
import type { PageContext } from "../page_context.ts";

export const LINK_GONE_TITLE = "This link is no longer valid";

/**
 * Instead of what a link showed: the same words for one that has expired, was revoked, or never was.
 */
export function LinkGone({ isAlert = false }: { readonly isAlert?: boolean }) {
  return (
    <section role={isAlert ? "alert" : undefined}>
      <header class="page-head">
        <h1>{LINK_GONE_TITLE}.</h1>
      </header>
      <p class="lede">
        It has expired, somebody has revoked it, or a part of it is missing. Whoever gave it to you
        can give you a new one.
      </p>
    </section>
  );
}

/** The page that says so. */
export function LinkGonePage({ context }: { readonly context: PageContext }) {
  return (
    <Frame context={context} title={LINK_GONE_TITLE} current={null} isPublic>
      <LinkGone />
    </Frame>
  );
}
