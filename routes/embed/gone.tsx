import type { Context } from "hono";
import { EmbeddedGone } from "../../views/embed/embedded_gone.tsx";
import { EmbedPage } from "../../views/embed/embed_page.tsx";
import { problem } from "../problem.ts";
import { wantsJson } from "../request/requests.ts";
import { framedBy } from "./cross_origin.ts";

/** 404 for whatever opens nothing: unknown, expired and revoked are alike. */
export function answerGone(c: Context): Response | Promise<Response> {
  c.header("Cache-Control", "no-store");
  if (wantsJson(c)) {
    return problem(c, { status: 404, title: "Not found", detail: "This is no longer available" });
  }
  return c.html(<EmbeddedGone />, 404);
}

/** The same as a page, which any site may hold in a frame: it says nothing of anybody. */
export function answerGonePage(c: Context): Response | Promise<Response> {
  framedBy(c, ["*"]);
  return c.html(
    <EmbedPage title="No longer available">
      <EmbeddedGone />
    </EmbedPage>,
    404,
  );
}
