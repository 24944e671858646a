import type { ListedLink } from "../../executor/link.ts";
import { paths } from "../../routes/paths.ts";
import { CopyButton } from "../copy_button.tsx";
import { domIds } from "../dom_ids.ts";
import { Frame } from "../frame.tsx";
import { hx } from "../hx.ts";
import { Icon } from "../icon.tsx";
import { LinkList } from "../links/link_list.tsx";
import type { PageContext, TimeContext } from "../page_context.ts";
import { SnippetList } from "../snippet_list.tsx";
import { listOf } from "../text/counts.ts";
import { ShareFields } from "./share_fields.tsx";
import type { MadeShare, TaskShares } from "./share_form.ts";

export interface SharesProps<Context = TimeContext> {
  readonly shares: TaskShares;
  readonly context: Context;
}

/** The page about the links to a task. */
export function SharesPage({ shares, context }: SharesProps<PageContext>) {
  const { taskId, name } = shares;
  return (
    <Frame context={context} title={`Share – ${name}`} current="tasks" isSide>
      <p class="crumb">
        <a href={paths.tasks()}>Tasks</a> / <a href={paths.task(taskId)}>{name}</a>
      </p>
      <header class="page-head">
        <h1>Share</h1>
      </header>
      <Shares shares={shares} context={context} />
    </Frame>
  );
}

/** The same over the task's own page. */
export function SharesDialog({ shares, context }: SharesProps<PageContext>) {
  const { sideStylesheet, dialogScript } = context.assets;
  return (
    <dialog class="dialog" data-dialog aria-labelledby={domIds.sharesTitle}>
      <link rel="stylesheet" href={sideStylesheet} />
      <script type="module" src={dialogScript}></script>
      <form class="dialog-close" method="dialog">
        <button class="button button--quiet" type="submit">Close</button>
      </form>
      <header class="page-head">
        <h1 id={domIds.sharesTitle}>Share</h1>
      </header>
      <Shares shares={shares} context={context} />
    </dialog>
  );
}

/** The links to a task: one that was made just now, a new one, those there are. */
export function Shares({ shares, context }: SharesProps) {
  const { taskId, links, form, made } = shares;
  const action = paths.taskShares(taskId);
  return (
    <div id={domIds.shares}>
      <p class="lede">Whoever has a link can look at this task, live, and do nothing else.</p>
      {made === null ? null : <Made made={made} />}
      <section class="section embed-form" aria-labelledby="make-link">
        <div class="side-head">
          <h2 id="make-link">{made === null ? "New link" : "Another link"}</h2>
        </div>
        <form class="form" method="post" action={action} {...inPlace(action)}>
          <ShareFields form={form} />
        </form>
      </section>
      {links.length === 0 ? null : <Links links={links} context={context} />}
    </div>
  );
}

function Made({ made: { url, snippets } }: { readonly made: MadeShare }) {
  return (
    <section class="section share-made" aria-labelledby="new-link">
      <div class="side-head">
        <h2 id="new-link">Your link is ready</h2>
        <div class="actions">
          <CopyButton from={`#${domIds.shareAddress}`} label="the link" />
        </div>
      </div>
      <pre
        class="code code--wrap"
        id={domIds.shareAddress}
        tabindex={0}
        aria-label="Link"
      >{url}</pre>
      <p class="help">
        Copy it now: it is shown this once. Editors that know oEmbed make an iframe of it.
      </p>
      <details class="fold">
        <summary>
          <Icon name="chevron" />Show it on another site
        </summary>
        <SnippetList snippets={snippets} />
      </details>
    </section>
  );
}

function Links(
  { links, context }: { readonly links: readonly ListedLink[] } & Pick<SharesProps, "context">,
) {
  return (
    <LinkList
      links={links}
      nameOf={({ show }) => show.length === 0 ? "How it stands" : capitalised(listOf(show))}
      shownBy={sitesWords}
      revocationOf={({ id }) => paths.shareRevocation(id)}
      behaviourOf={({ id }) => inPlace(paths.shareRevocation(id))}
      warning="Whoever has it sees nothing any more, at once."
      context={context}
    />
  );
}

/** The answer takes the place of all this, on the page as over it. */
function inPlace(post: string) {
  return hx({ post, target: `#${domIds.shares}`, swap: "outerHTML", sync: "drop" });
}

function sitesWords({ origins }: ListedLink): string {
  return origins.length === 0 ? "On no other site" : `Also on ${listOf(origins)}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
