/** Only tells own paths from others; nothing is ever asked of it. */
const HERE = "http://callboard.invalid";

/**
 * A path of this site as somebody sent it, to lead to; null where a browser would leave the site with
 * it. It is read as browsers read it, who take `/\evil.example` and `/.//evil.example` for others.
 */
export function ownPath(text: string | undefined): string | null {
  if (text === undefined || !text.startsWith("/")) return null;
  const url = URL.parse(text, HERE);
  if (url === null || url.origin !== HERE || url.pathname.startsWith("//")) return null;
  return url.pathname + url.search + url.hash;
}
