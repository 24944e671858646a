import { type Context, Hono } from "hono";
import { type App, type AppSummary, isAppId } from "../../executor/mod.ts";
import type { RunFormProps } from "../../views/form/run_form.tsx";
import { PlaygroundPage } from "../../views/playground/playground_page.tsx";
import type { Deps } from "../deps.ts";
import { pageContext } from "../request/requests.ts";
import { runForm } from "./run_form.ts";

/** The Playground. Query names other than `app` and `q` prefill the inputs of those names. */
export function playgroundRoutes(deps: Deps): Hono {
  return new Hono().get("/playground", async (c) => {
    c.header("Cache-Control", "no-store");
    const appId = c.req.query("app") ?? "";
    const app = isAppId(appId) ? await deps.executor.apps.read(appId) : null;
    const fields = new Map(Object.entries(c.req.query()));
    const chosen = app && { app, form: runForm(app, { from: "query", fields }, "run") };
    const unknownId = app === null && appId !== "" ? appId : undefined;
    return c.html(await playgroundWith(c, deps, { chosen, unknownId }));
  });
}

/** The app that was asked for, with its form in whatever state; or what is asked for and is none. */
interface Asked {
  readonly chosen: { readonly app: App; readonly form: RunFormProps } | null;
  readonly unknownId?: string;
}

/** The Playground, with what was asked for. */
export async function playgroundWith(
  c: Context,
  deps: Deps,
  { chosen, unknownId }: Asked,
) {
  const isInput = chosen?.app.definition.inputs.some(({ name }) => name === "q") ?? false;
  const search = isInput ? "" : (c.req.query("q") ?? "").trim().slice(0, 80);
  const apps = await deps.executor.apps.list();
  return (
    <PlaygroundPage
      context={pageContext(c, deps)}
      apps={apps.filter((app) => matches(app, search))}
      search={search}
      chosen={chosen && { app: summaryOf(chosen.app), form: chosen.form }}
      unknownId={unknownId}
    />
  );
}

function summaryOf({ id, definition: { name, description } }: App) {
  return { id, name, description };
}

/** Every word has to stand in the app's name, description or kinds. */
function matches({ name, description, kindLabels }: AppSummary, search: string): boolean {
  const text = [name, description, ...kindLabels].join(" ").toLowerCase();
  return search.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}
