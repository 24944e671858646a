import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import { paths } from "../../routes/paths.ts";
import { SEEN_ADDRESS } from "../shared/shared_task.ts";
import { OEmbedLink } from "./oembed_link.tsx";

export interface EmbedPageProps {
  readonly title: string;
  /** Where it says how other sites show it; absent where it is nobody's. */
  readonly oEmbedUrl?: string;
  /** Without JavaScript the page loads itself again after this many seconds. */
  readonly refreshSeconds?: number;
  readonly children?: Child;
}

/** The page in an iframe: no frame of ours, one stylesheet, one script, links to a tab of their own. */
export function EmbedPage({ title, oEmbedUrl, refreshSeconds, children }: EmbedPageProps) {
  return (
    <>
      {raw("<!doctype html>")}
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <meta name="robots" content="noindex" />
          <base target="_blank" />
          <title>{title}</title>
          <OEmbedLink href={oEmbedUrl} />
          <link rel="stylesheet" href={paths.embed.page()} />
          <script defer src={paths.embed.script()}></script>
          {refreshSeconds === undefined ? null : (
            <noscript>
              <meta http-equiv="refresh" content={`${refreshSeconds};url=${SEEN_ADDRESS}`} />
            </noscript>
          )}
        </head>
        <body>
          <main>
            {/* Above the title of what is shown, which is the same on pages that have their own. */}
            <h1 class="cb-sr">Callboard</h1>
            {children}
          </main>
        </body>
      </html>
    </>
  );
}
