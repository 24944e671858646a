import { Hono } from "hono";
import { settingsPagesFor } from "../../views/settings/settings_pages.ts";
import { MissingError } from "../errors.tsx";
import { readerOf } from "../request/requests.ts";

/** Leads to the first page of the settings that somebody may see. */
export function settingsHomeRoutes(): Hono {
  return new Hono().get("/settings", (c) => {
    const [first] = settingsPagesFor(readerOf(c));
    if (first === undefined) throw new MissingError({ what: "page", path: c.req.path });
    return c.redirect(first.to, 302);
  });
}
