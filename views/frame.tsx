import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import { paths } from "../routes/paths.ts";
import { domIds } from "./dom_ids.ts";
import { OEmbedLink } from "./embed/oembed_link.tsx";
import { Icon, type IconName } from "./icon.tsx";
import type { Assets, PageContext, Reader } from "./page_context.ts";
import { settingsPagesFor } from "./settings/settings_pages.ts";

/** The part of the house a page belongs to. */
export type Section = "playground" | "tasks" | "workspaces";

export interface FrameProps {
  readonly context: PageContext;
  readonly title: string;
  readonly current: Section | null;
  /** Without JavaScript the page loads itself again after this many seconds. */
  readonly refreshSeconds?: number;
  /** Where it then goes; to its own address where it is absent. */
  readonly refreshAddress?: string;
  /** A feed of what the page shows. */
  readonly feedUrl?: string;
  /** Where it says how other sites show it. */
  readonly oEmbedUrl?: string;
  /** For anybody who has a link to it: it leads nowhere else, and search engines pass it over. */
  readonly isPublic?: boolean;
  /** Whether it needs the styles of side pages. */
  readonly isSide?: boolean;
  readonly children?: Child;
}

/** A whole HTML document, doctype included: the frame that every page stands in. */
export function Frame(props: FrameProps) {
  const { context, title, current, refreshSeconds, refreshAddress, feedUrl, children } = props;
  const { oEmbedUrl, isPublic, isSide = false } = props;
  return (
    <>
      {raw("<!doctype html>")}
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          {isPublic ? <meta name="robots" content="noindex" /> : null}
          <title>{documentTitle(title)}</title>
          <link rel="icon" href={FAVICON} type="image/svg+xml" />
          <Head assets={context.assets} isSide={isSide} />
          {feedUrl === undefined
            ? null
            : <link rel="alternate" type="application/atom+xml" title="Tasks" href={feedUrl} />}
          <OEmbedLink href={oEmbedUrl} />
          {refreshSeconds === undefined ? null : (
            <noscript>
              <meta http-equiv="refresh" content={refreshWords(refreshSeconds, refreshAddress)} />
            </noscript>
          )}
        </head>
        <body class="frame">
          <a class="skip" href={`#${domIds.main}`}>Skip to content</a>
          {isPublic ? <PublicBar /> : <Bar current={current} mayRead={context.reader.may.read} />}
          <main class="page" id={domIds.main} tabindex={-1}>{children}</main>
          {isPublic ? null : <Foot reader={context.reader} />}
          <p class="sr" id={domIds.announcer} aria-live="polite"></p>
        </body>
      </html>
    </>
  );
}

function refreshWords(seconds: number, address: string | undefined): string {
  return address === undefined ? String(seconds) : `${seconds};url=${address}`;
}

/** What the browser's tab says. */
export function documentTitle(title: string): string {
  return `${title} – Callboard`;
}

/** `morphIgnore` names what belongs to the reader, not to the server: which `<details>` are open. */
const HTMX_CONFIG = {
  includeIndicatorCSS: false,
  defaultSettleDelay: 0,
  morphIgnore: ["data-htmx-powered", "open"],
};

const FAVICON = "data:image/svg+xml," + encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><style>path{stroke:#191917}' +
    "@media(prefers-color-scheme:dark){path{stroke:#ecebe6}}</style>" +
    '<path d="M14.5 2H2v12h12.5" fill="none" stroke-width="2.5"/>' +
    '<circle cx="11.25" cy="8" r="2.75" fill="#f9b517"/></svg>',
);

function Head({ assets, isSide }: { readonly assets: Assets; readonly isSide: boolean }) {
  return (
    <>
      <meta name="htmx-config" content={JSON.stringify(HTMX_CONFIG)} />
      <link rel="stylesheet" href={assets.stylesheet} />
      {isSide && <link rel="stylesheet" href={assets.sideStylesheet} />}
      {assets.scripts.map((script) =>
        script.module
          ? <script type="module" src={script.src}></script>
          : <script defer src={script.src}></script>
      )}
    </>
  );
}

/** Whoever has yet to sign in is led nowhere. */
function Bar(
  { current, mayRead }: { readonly current: Section | null; readonly mayRead: boolean },
) {
  return (
    <header class="bar">
      <a class="wordmark" href={paths.playground()}>
        <Wordmark />
      </a>
      {mayRead && <Nav current={current} />}
    </header>
  );
}

function Nav({ current }: { readonly current: Section | null }) {
  return (
    <nav class="nav" aria-label="Main">
      <div>
        <p class="nav-title" id="nav-stage">
          <b>Stage</b> – Run Apps
        </p>
        <ul aria-labelledby="nav-stage">
          <NavLink to={paths.playground()} icon="playground" isCurrent={current === "playground"}>
            Playground
          </NavLink>
          <NavLink to={paths.tasks()} icon="tasks" isCurrent={current === "tasks"}>
            Tasks
          </NavLink>
        </ul>
      </div>
      <div>
        <p class="nav-title" id="nav-studio">
          <b>Studio</b> – Build Apps
        </p>
        <ul aria-labelledby="nav-studio">
          <NavLink to={paths.studio()} icon="workspaces" isCurrent={current === "workspaces"}>
            Workspaces
          </NavLink>
        </ul>
      </div>
    </nav>
  );
}

/** What is needed now and then: at the bar's foot, on a phone at the page's end. */
function Foot({ reader }: { readonly reader: Reader }) {
  const { name, may } = reader;
  if (!may.read) return null;
  return (
    <footer class="foot">
      <a href={paths.apiDocs()}>API</a>
      {settingsPagesFor(reader).length > 0 && <a href={paths.settings.home()}>Settings</a>}
      {name === null ? null : (
        <form method="post" action={paths.signOut()}>
          <span>{name}</span>
          <button class="link-button" type="submit">Sign out</button>
        </form>
      )}
    </footer>
  );
}

function PublicBar() {
  return (
    <header class="bar">
      <p class="wordmark">
        <Wordmark />
      </p>
    </header>
  );
}

function Wordmark() {
  return (
    <>
      <svg width="18" height="18" viewBox="0 0 16 16" fill="none" aria-hidden="true">
        <path d="M14.5 2H2v12h12.5" stroke="currentColor" stroke-width="2.5" />
        <circle cx="11.25" cy="8" r="2.75" />
      </svg>
      <span>Callboard</span>
    </>
  );
}

interface NavLinkProps {
  readonly to: string;
  readonly icon: IconName;
  readonly isCurrent: boolean;
  readonly children?: Child;
}

function NavLink({ to, icon, isCurrent, children }: NavLinkProps) {
  return (
    <li>
      <a href={to} aria-current={isCurrent ? "page" : undefined}>
        <Icon name={icon} />
        {children}
      </a>
    </li>
  );
}
