import type { Context } from "hono";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import { isOwnOrigin } from "../request/guards.ts";
import { paths } from "../paths.ts";
import { setHeaders } from "../policy.ts";
import { problem } from "../problem.ts";
import { siteOrigin } from "../request/site_origin.ts";
import { iframeOf } from "../../views/embed/snippets.ts";
import { readEmbed } from "./embed_voice.tsx";
import { openApp, openTask } from "./opened.ts";

const WIDTH = 640;
const HEIGHT = 400;
/** How long a site may keep the answer, in seconds: a link can be revoked. */
const KEPT_SECONDS = 300;

const Side = z.coerce.number().int().positive().optional().catch(undefined);
const Query = z.object({
  url: z.url({ protocol: /^https?$/ }),
  maxwidth: Side,
  maxheight: Side,
  format: z.enum(["json", "xml"]).default("json"),
});

/** What stands at an address: what it is called, and the page that an iframe shows. */
interface Shown {
  readonly title: string;
  readonly path: string;
}

/** `GET /oembed`: how to show a shared task, or an app to run, where only its address is known. */
export function createOEmbed(deps: Deps): (c: Context) => Promise<Response> {
  return async function answerOEmbed(c) {
    setHeaders(c, { "Access-Control-Allow-Origin": "*" });
    const query = Query.safeParse(c.req.query());
    if (!query.success) return refuse(c, 400, BAD_QUERY);
    const { url, maxwidth, maxheight, format } = query.data;
    if (format === "xml") return refuse(c, 501, "Cannot answer in XML: ask for format=json");
    const shown = await shownAt(c, new URL(url));
    if (shown === null) return refuse(c, 404, "There is nothing to be shown at this address");
    const width = Math.min(WIDTH, maxwidth ?? WIDTH);
    const height = Math.min(HEIGHT, maxheight ?? HEIGHT);
    const origin = siteOrigin(c, deps);
    c.header("Cache-Control", "no-store");
    return c.json({
      version: "1.0",
      type: "rich",
      title: shown.title,
      provider_name: "Callboard",
      provider_url: origin,
      cache_age: KEPT_SECONDS,
      html: iframeOf({ url: origin + shown.path, title: shown.title, width, height }),
      width,
      height,
    });
  };

  async function shownAt(c: Context, { origin, pathname }: URL): Promise<Shown | null> {
    if (!isOwnOrigin(origin, c.req.url, deps.reach)) return null;
    const [, kind, token] = ADDRESS.exec(pathname) ?? [];
    if (kind === undefined || token === undefined) return null;
    if (kind === "embed/apps") {
      const opened = await openApp(deps, token);
      return opened && { title: opened.app.definition.name, path: paths.embed.app(token) };
    }
    const opened = await openTask(deps, token);
    const view = opened && await readEmbed(deps, { opened, origin }, null);
    return view && { title: view.task.title, path: paths.embed.task(token) };
  }
}

const ADDRESS = /^\/(s|embed\/tasks|embed\/apps)\/([\w-]+)$/;
const BAD_QUERY = 'Cannot answer: "url" has to be the address of a shared task or app, ' +
  'and "format" json';

function refuse(c: Context, status: 400 | 404 | 501, detail: string): Response {
  return problem(c, { status, title: "No embedding", detail });
}
