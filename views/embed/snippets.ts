import { escapeExactly } from "../text/exact.ts";

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
    `width="${width}" height="${height}" style="border:0;max-width:100%" loading="lazy"></iframe>`;
}
