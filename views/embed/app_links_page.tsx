import type { ListedLink } from "../../executor/link.ts";
import { paths } from "../../routes/paths.ts";
import { ConfirmDeletion } from "../confirm_deletion.tsx";
import { Frame } from "../frame.tsx";
import type { PageContext, TimeContext } from "../page_context.ts";
import { countOf } from "../text/counts.ts";
import { Timestamp } from "../time.tsx";
import { AppLinkFields } from "./app_link_fields.tsx";
import type { AppLinks } from "./app_links.ts";
import { SnippetList } from "./snippet_list.tsx";

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
    <section class="section" aria-labelledby="links">
      <div class="side-head">
        <h2 id="links">{countOf(links.length, "link")}</h2>
      </div>
      <ul class="link-list">
        {links.map((link) => <LinkRow appId={app.id} link={link} context={context} />)}
      </ul>
    </section>
  );
}

interface LinkRowProps {
  readonly appId: string;
  readonly link: ListedLink;
  readonly context: TimeContext;
}

function LinkRow({ appId, link, context }: LinkRowProps) {
  const { id, origins, show, target, views, createdAt, createdBy, expiresAt } = link;
  const sites = origins.length === 0 ? "No other site" : origins.join(", ");
  const shown = show.includes("steps") ? "outputs and steps" : "outputs";
  const tokens = target.kind === "app" ? `, ${countOf(target.tokensPerDay, "token")} a day` : "";
  return (
    <li>
      <div>
        <p>
          <b>{sites}</b>
        </p>
        <p class="muted">
          Shows {shown}
          {tokens}; {openedWords(views)}. Made by {createdBy},{" "}
          <Timestamp at={createdAt} context={context} />; good until{" "}
          <Timestamp at={expiresAt} context={context} />.
        </p>
      </div>
      <ConfirmDeletion
        action={paths.studioAppLinkRevocation(appId, id)}
        what="link"
        verb="Revoke"
        name={`the link for ${sites}`}
        question="Sites that use it stop showing anything at once."
      />
    </li>
  );
}

function openedWords(views: number): string {
  if (views === 0) return "not opened yet";
  return views === 1 ? "opened once" : `opened ${views} times`;
}
