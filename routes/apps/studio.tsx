import { type Context, Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import {
  type App,
  type Deed,
  definitionText,
  isAppId,
  type StepKind,
  type Thing,
} from "../../executor/mod.ts";
import type { Draft, EditorState, KindReference } from "../../views/studio/workspace.ts";
import { WorkspacePage } from "../../views/studio/workspace_page.tsx";
import { WorkspacesPage } from "../../views/studio/workspaces_page.tsx";
import { tell } from "../access/tell.ts";
import { limitBody } from "../request/body_limit.ts";
import type { Deps } from "../deps.ts";
import { unknownApp } from "../errors.tsx";
import { formFields } from "../request/form_fields.ts";
import { paths } from "../paths.ts";
import { pageContext } from "../request/requests.ts";

const MAX_BODY_MEBIBYTES = 1;

const SaveForm = z.object({
  name: z.string(),
  description: z.string(),
  definition: z.string(),
  version: z.string().regex(/^[1-9]\d{0,8}$/).transform(Number),
});

/** The apps and their workspace editors. */
export function studioRoutes(deps: Deps): Hono {
  const { apps, kinds } = deps.executor;
  const limited = limitBody(MAX_BODY_MEBIBYTES);
  return new Hono()
    .get("/studio", async (c) => {
      const list = (await apps.list()).toSorted((a, b) => b.savedAt - a.savedAt);
      c.header("Cache-Control", "no-store");
      return c.html(<WorkspacesPage context={pageContext(c, deps)} apps={list} />);
    })
    .post("/studio", limited, async (c) => {
      const from = (await optionalFields(c)).get("from") || null;
      const app = from === null || isAppId(from) ? await apps.create(from) : null;
      if (app === null) throw unknownApp(from ?? "");
      tellApp(c, "app-created", { id: app.id, name: app.definition.name });
      return c.redirect(paths.studioApp(app.id), 303);
    })
    .get("/studio/:appId", async (c) => {
      const app = await readApp(c.req.param("appId"));
      const isSaved = c.req.query("saved") === String(app.version);
      return await editor(c, app, draftOf(app), { kind: isSaved ? "saved" : "fresh" });
    })
    .post("/studio/:appId", limited, async (c) => {
      const appId = (await readApp(c.req.param("appId"))).id;
      const { version: basedOn, ...draft } = parseSave(await formFields(c));
      const text = draft.definition;
      const result = await apps.save(appId, { ...draft, text, basedOn });
      switch (result.type) {
        case "saved":
          // The same content again is no new version.
          if (result.app.version > basedOn) {
            tellApp(c, "app-saved", { id: appId, name: draft.name });
          }
          return c.redirect(`${paths.studioApp(appId)}?saved=${result.app.version}`, 303);
        case "invalid": {
          const problems = result.problems.map((each) => ({ ...each, field: fieldOf(each.path) }));
          c.status(422);
          return await editor(c, result.current, draft, { kind: "invalid", basedOn, problems });
        }
        case "conflict": {
          if (result.current === null) throw unknownApp(appId);
          c.status(409);
          const theirs = draftOf(result.current);
          return await editor(c, result.current, draft, { kind: "conflict", theirs });
        }
        case "unknown-app":
          throw unknownApp(appId);
      }
    })
    .post("/studio/:appId/deletion", limited, async (c) => {
      const appId = c.req.param("appId");
      const named = (await apps.names()).find(({ id }) => id === appId);
      if (named === undefined || !await apps.delete(appId)) throw unknownApp(appId);
      tellApp(c, "app-deleted", named);
      return c.redirect(paths.studio(), 303);
    });

  function tellApp(c: Context, did: Deed, app: Pick<Thing, "id" | "name">): void {
    tell(c, deps, { did, what: { kind: "app", ...app } });
  }

  async function readApp(appId: string): Promise<App> {
    const app = isAppId(appId) ? await apps.read(appId) : null;
    if (app === null) throw unknownApp(appId);
    return app;
  }

  async function editor(c: Context, app: App, draft: Draft, state: EditorState) {
    const levels = await apps.levels(app);
    const references = [...kinds.values()].map(referenceOf);
    const workspace = { app, levels, kinds: references, draft, state };
    c.header("Cache-Control", "no-store");
    return c.html(<WorkspacePage context={pageContext(c, deps)} workspace={workspace} />);
  }
}

function draftOf({ definition }: App): Draft {
  const { name, description } = definition;
  return { name, description, definition: definitionText(definition) };
}

/** A problem's path begins with the field it belongs to, where that is not the definition. */
function fieldOf(path: string | null): keyof Draft {
  return path === "name" || path === "description" ? path : "definition";
}

function referenceOf({ kind, label, config }: StepKind): KindReference {
  const { properties = {}, required = [] } = ConfigSchema.parse(
    z.toJSONSchema(config, { io: "input", unrepresentable: "any" }),
  );
  const settings = Object.keys(properties).map((name) => ({
    name,
    isRequired: required.includes(name),
  }));
  return { kind, label, settings };
}

const ConfigSchema = z.object({
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
});

async function optionalFields(c: Context): Promise<ReadonlyMap<string, string>> {
  return c.req.header("Content-Type") === undefined ? new Map() : await formFields(c);
}

function parseSave(fields: ReadonlyMap<string, string>) {
  const parsed = SaveForm.safeParse(Object.fromEntries(fields));
  if (parsed.success) return parsed.data;
  const name = String(parsed.error.issues[0]?.path[0]);
  throw new HTTPException(400, {
    message: `Cannot save: the field "${name}" is missing or wrong`,
  });
}
