import type { Token } from "markdown-it";
import { escapeExactly } from "./exact.ts";

/**
 * Markdown as HTML that is safe to show. The uppermost headings get `topLevel`, those below them the
 * next levels, so that what an app wrote never outranks the page it stands on.
 */
export type RenderMarkdown = (source: string, topLevel: number) => string;

/** Loads the parser on first use: most pages show no Markdown, and it takes longer than a page. */
export async function loadMarkdown(): Promise<RenderMarkdown> {
  const { default: MarkdownIt } = await import("markdown-it");
  const markdown = new MarkdownIt({ html: false, maxNesting: 50 });
  markdown.validateLink = isSafeLink;
  Object.assign(markdown.renderer.rules, RULES);
  return (source, topLevel) => {
    const env = { linkDepth: 0 };
    const tokens = markdown.parse(source, env);
    rankHeadings(tokens, topLevel);
    tokens.forEach(alignWithoutStyle);
    return markdown.renderer.render(tokens, markdown.options, env);
  };
}

const REL = "nofollow noopener ugc";

function isSafeLink(url: string): boolean {
  const scheme = /^\s*([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase();
  return scheme === undefined || ["http", "https", "mailto", "tel"].includes(scheme);
}

interface Env {
  linkDepth: number;
}

const RULES = {
  link_open: (tokens: Token[], index: number, _options: unknown, env: Env) => {
    env.linkDepth++;
    return linkTag(tokens[index], "href");
  },
  link_close: (_tokens: Token[], _index: number, _options: unknown, env: Env) => {
    env.linkDepth--;
    return "</a>";
  },
  // An image that loads by itself would tell another server who reads this, so it becomes a link.
  image: (tokens: Token[], index: number, _options: unknown, env: Env) => {
    const token = tokens[index];
    const text = escapeExactly(token?.content.trim() || attribute(token, "src"));
    return env.linkDepth > 0 ? text : `${linkTag(token, "src")}${text}</a>`;
  },
  table_open: () =>
    '<div class="prose-scroll" role="region" aria-label="Table" tabindex="0"><table>',
  table_close: () => "</table></div>",
};

function linkTag(token: Token | undefined, urlName: "href" | "src"): string {
  const title = attribute(token, "title");
  const titled = title === "" ? "" : ` title="${escapeExactly(title)}"`;
  return `<a href="${escapeExactly(attribute(token, urlName))}" rel="${REL}"${titled}>`;
}

function attribute(token: Token | undefined, name: string): string {
  return String(token?.attrGet(name) ?? "");
}

/** Levels by the outline, so that none is left out; the class keeps the size that was asked for. */
function rankHeadings(tokens: readonly Token[], topLevel: number) {
  const outline: number[] = [];
  let tag = "";
  for (const token of tokens) {
    if (token.type === "heading_open") {
      const level = Number(token.tag.slice(1));
      while ((outline.at(-1) ?? 0) >= level) outline.pop();
      outline.push(level);
      tag = `h${Math.min(6, topLevel + outline.length - 1)}`;
      token.attrSet("class", `t${Math.min(outline.length, 4)}`);
      token.tag = tag;
    }
    if (token.type === "heading_close") token.tag = tag;
  }
}

/** The page's security policy forbids style attributes, which is how the parser aligns cells. */
function alignWithoutStyle(token: Token) {
  const side = /^text-align:(left|center|right)$/.exec(attribute(token, "style"))?.[1];
  if (side === undefined) return;
  token.attrs = (token.attrs ?? []).filter(([name]) => name !== "style");
  token.attrSet("align", side);
}
