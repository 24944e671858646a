import { paths } from "../../routes/paths.ts";
import type { Snippet } from "../snippet_list.tsx";
import { escapeExactly } from "../text/exact.ts";

/** What is shown: its token, its name, and what addresses here begin with. */
export interface EmbedSource {
  readonly origin: string;
  readonly token: string;
  readonly title: string;
}

/** The height of an iframe until somebody chooses another, in pixels. */
const IFRAME_HEIGHT = 400;

/** The ways to show a task, from most to least isolated. */
export function taskSnippets(source: EmbedSource): Snippet[] {
  const { origin, token } = source;
  return [
    address(origin + paths.shared(token)),
    ...iframes(source, paths.embed.task(token)),
    element(source, "callboard-task"),
    {
      id: "embed-fragment",
      label: "HTML for htmx",
      hint:
        "For pages that use htmx 4 with its hx-sse extension. The first line goes into the head.",
      text: [
        `<meta name="htmx-config" content='{"mode": "cors"}'>`,
        `<link rel="stylesheet" href="${escapeExactly(origin + paths.embed.stylesheet())}">`,
        `<div hx-sse:connect="${escapeExactly(origin + paths.embed.taskEvents(token))}"` +
        ` hx-sse:close="done" hx-swap="innerHTML"></div>`,
      ].join("\n"),
    },
  ];
}

/**
 * The ways to let others run an app, and a picture of how its last task stands.
 *
 * @param badge What names the picture; null where the link has gone meanwhile.
 */
export function appSnippets(source: EmbedSource, badge: string | null): Snippet[] {
  const { origin, token } = source;
  return [
    address(origin + paths.embed.app(token)),
    ...iframes(source, paths.embed.app(token)),
    element(source, "callboard-app"),
    ...badge === null ? [] : [{
      id: "embed-badge",
      label: "Badge",
      hint: "How the app's last task stands, for any site. Nobody can run the app by it.",
      text: `<img src="${
        escapeExactly(origin + paths.embed.badge(badge))
      }" alt="Status of the last task">`,
    }],
  ];
}

/** An iframe, as HTML to be put into another page. */
export function iframeOf(
  { url, title, width, height }: {
    readonly url: string;
    readonly title: string;
    readonly width: number | string;
    readonly height: number;
  },
): string {
  return `<iframe src="${escapeExactly(url)}" title="${escapeExactly(title)}" ` +
    `width="${width}" height="${height}" style="border:0;max-width:100%" allow="clipboard-write" loading="lazy"></iframe>`;
}

function address(url: string): Snippet {
  return {
    id: "embed-address",
    label: "Address",
    hint: "For editors that know oEmbed: paste it, and they make the iframe.",
    text: url,
  };
}

/** With the script the other page is told how high it is, and nothing else. */
function iframes({ origin, title }: EmbedSource, path: string): Snippet[] {
  const text = iframeOf({ url: origin + path, title, width: "100%", height: IFRAME_HEIGHT });
  return [
    {
      id: "embed-iframe",
      label: "Iframe",
      hint: "Neither page can see into the other. It keeps its height.",
      text,
    },
    {
      id: "embed-fitting",
      label: "Iframe that fits",
      hint: "The same, as high as what it shows.",
      text: `${scriptOf(origin)}\n${text}`,
    },
  ];
}

function scriptOf(origin: string): string {
  return `<script async src="${escapeExactly(origin + paths.embed.script())}"></script>`;
}

function element(
  { origin, token }: EmbedSource,
  name: "callboard-task" | "callboard-app",
): Snippet {
  const from = `token="${escapeExactly(token)}" base="${escapeExactly(origin)}"`;
  return {
    id: "embed-element",
    label: "Element",
    hint: "Sizes itself, and looks like the page it stands on.",
    text: `${scriptOf(origin)}\n<${name} ${from}></${name}>`,
  };
}
