import type { ListedLink } from "../../executor/link.ts";
import { paths } from "../../routes/paths.ts";
import { Frame } from "../frame.tsx";
import { LinkList } from "../links/link_list.tsx";
import type { PageContext, TimeContext } from "../page_context.ts";
import { SnippetList } from "../snippet_list.tsx";
import { countOf } from "../text/counts.ts";
import { AppLinkFields } from "./app_link_fields.tsx";
import type { AppLinks } from "./app_links.ts";

export interface AppLinksPageProps {
  readonly context: PageContext;
  readonly page: AppLinks;
}

/** Links by which other sites run an app: one that was made just now, a new one, those there are. */
export function AppLinksPage({ context, page }: AppLinksPageProps) {
  const { app, links, form, snippets } = page;
  const { name } = app.definition;
  return (
    <Frame context={context} title={`Embed – ${name}`} current="workspaces" isSide>
      <p class="crumb">
        <a href={paths.studio()}>Workspaces</a> / <a href={paths.studioApp(app.id)}>{name}</a>
      </p>
      <header class="page-head">
        <h1>Embed</h1>
      </header>
      <p class="lede">
        With a link, visitors of other sites run this app. They see the task they have started, and
        nothing else.
      </p>
      {snippets === null ? null : (
        <section class="section" aria-labelledby="new-link">
          <div class="side-head">
            <h2 id="new-link">Your link is ready</h2>
          </div>
          <p>Copy what you need now: it is shown this once.</p>
          <SnippetList snippets={snippets} />
        </section>
      )}
      <section class="section embed-form" aria-labelledby="make-link">
        <div class="side-head">
          <h2 id="make-link">{snippets === null ? "New link" : "Another link"}</h2>
        </div>
        <form class="form" method="post" action={paths.studioAppLinks(app.id)}>
          <AppLinkFields form={form} />
        </form>
      </section>
      {links.length === 0 ? null : <Links {...page} context={context} />}
    </Frame>
  );
}

function Links({ app, links, context }: AppLinks & { readonly context: TimeContext }) {
  return (
    <LinkList
      links={links}
      nameOf={({ origins }) => origins.length === 0 ? "No other site" : origins.join(", ")}
      shownBy={shownWords}
      revocationOf={({ id }) => paths.studioAppLinkRevocation(app.id, id)}
      warning="Sites that use it stop showing anything at once."
      context={context}
    />
  );
}

function shownWords({ show, target }: ListedLink): string {
  const shown = show.includes("steps") ? "Shows outputs and steps" : "Shows outputs";
  return target.kind === "app" ? `${shown}, ${countOf(target.tokensPerDay, "token")} a day` : shown;
}
