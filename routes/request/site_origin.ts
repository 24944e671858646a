import type { Context } from "hono";
import { paths } from "../paths.ts";
import { isOverHttps, type Way } from "./https.ts";

/** Where this server is reached by whoever asks, such as `https://callboard.example.org`. */
export function siteOrigin(c: Context, way: Way): string {
  const { origin, host } = new URL(c.req.url);
  return way.reach?.publicOrigin ?? (isOverHttps(c, way) ? `https://${host}` : origin);
}

/** Where editors ask how to show the page at this path. */
export function oEmbedUrlOf(origin: string, path: string): string {
  return origin + paths.oEmbed(origin + path);
}
