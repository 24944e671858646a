import type { Context } from "hono";
import type { Deps } from "../deps.ts";
import { paths } from "../paths.ts";

/** Where this server is reached by whoever asks, such as `https://callboard.example.org`. */
export function siteOrigin(c: Context, { reach }: Pick<Deps, "reach">): string {
  return reach?.publicOrigin ?? new URL(c.req.url).origin;
}

/** Where editors ask how to show the page at this path. */
export function oEmbedUrlOf(origin: string, path: string): string {
  return origin + paths.oEmbed(origin + path);
}
