import { type Context, Hono } from "hono";
import { type App, isAppId } from "../../executor/mod.ts";
import { ApiPage } from "../../views/api/api_page.tsx";
import type { ApiReference } from "./reference.ts";
import type { Deps } from "../deps.ts";
import { MissingError } from "../errors.tsx";
import { paths } from "../paths.ts";
import { pageContext } from "../request/requests.ts";
import { siteOrigin } from "../request/site_origin.ts";

/** What tells of the API: a page for people, a document and a client for programs. */
export function apiDocsRoutes(deps: Deps): Hono {
  const { apps } = deps.executor;
  let reference: ApiReference | undefined;
  let document: string | undefined;

  return new Hono()
    .get("/docs/api", async (c) => {
      reference ??= (await import("./reference.ts")).apiReference();
      const names = await apps.names();
      const app = await readApp(c.req.query("app") ?? names[0]?.id);
      const chosen = app && {
        id: app.id,
        name: app.definition.name,
        examples: await examples(c, app),
      };
      c.header("Cache-Control", "no-store");
      const context = pageContext(c, deps);
      return c.html(<ApiPage context={context} apps={names} chosen={chosen} {...reference} />);
    })
    .get("/docs/api/:example", async (c) => {
      const name = c.req.param("example");
      const app = await readApp(c.req.query("app"));
      const found = app && (await examples(c, app)).find((example) => example.name === name);
      if (!found) throw new MissingError({ what: "page", path: c.req.path });
      return c.text(found.text, 200, { "Cache-Control": "no-store" });
    })
    .get(paths.openApi(), async (c) => {
      document ??= JSON.stringify((await import("./openapi.ts")).openApiDocument());
      c.header("Content-Type", "application/json");
      return c.body(document);
    })
    .get(paths.client(), async (c) => {
      const text = await Deno.readTextFile(CLIENT);
      return c.body(text, 200, {
        "Content-Type": "application/typescript; charset=utf-8",
        "Cache-Control": "no-cache",
      });
    });

  async function readApp(id: string | undefined): Promise<App | null> {
    return id !== undefined && isAppId(id) ? await apps.read(id) : null;
  }

  async function examples(c: Context, app: App) {
    const { examplesOf } = await import("./examples.ts");
    const needsKey = deps.access !== undefined && deps.access.type !== "open";
    return examplesOf(app, { origin: siteOrigin(c, deps), needsKey });
  }
}

const CLIENT = new URL("../../static/callboard_client.ts", import.meta.url);
