import { quoted } from "./quoted.ts";

/** Sites one link may allow. */
export const MAX_SITES = 20;
const MAX_LENGTH = 300;

/** The web sites that somebody has typed, or a sentence about the first that is none. */
export type TypedSites =
  | { readonly ok: true; readonly origins: readonly string[] }
  | { readonly ok: false; readonly sentence: string };

/** Reads sites as people write them: parted by spaces, commas or lines, with or without a last slash. */
export function readSites(text: string): TypedSites {
  const words = text.split(/[\s,]+/).filter((word) => word !== "");
  const wrong = words.find((word) => siteOf(word) === null);
  if (wrong !== undefined) {
    return {
      ok: false,
      sentence: `Cannot use ${quoted(wrong)}: a site is such as https://example.org, ` +
        "without a path",
    };
  }
  const origins = new Set(words.flatMap((word) => siteOf(word) ?? []));
  return origins.size <= MAX_SITES
    ? { ok: true, origins: [...origins] }
    : { ok: false, sentence: `These are ${origins.size} sites, and a link takes ${MAX_SITES}` };
}

/** Whether it is a site as a browser names it in `Origin`, without anything that a policy would read. */
export function isSite(text: string): boolean {
  return text.length <= MAX_LENGTH && siteOf(text) === text;
}

/** Other characters may stand in a host as well, but would be signs of their own in a policy. */
const HOST = /^([a-z\d._-]+|\[[a-f\d:.]+\])$/;

/** As a browser calls it in `Origin`; null for what is no site. */
function siteOf(text: string): string | null {
  if (text.length > MAX_LENGTH || !/^https?:\/\//i.test(text)) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  const isBare = url !== null && HOST.test(url.hostname) && url.pathname === "/" &&
    url.search + url.hash + url.username + url.password === "";
  return isBare ? url.origin : null;
}
