import type { AppSummary } from "../../executor/app.ts";
import { paths } from "../../routes/paths.ts";
import { domIds } from "../dom_ids.ts";
import type { PageContext } from "../page_context.ts";
import { AppCard } from "./app_card.tsx";

export interface AppCardsProps {
  readonly context: PageContext;
  /** Those that match the search. */
  readonly apps: readonly AppSummary[];
  readonly search: string;
  readonly chosenId: string | null;
}

/** The apps to choose from: what a search brings anew. */
export function AppCards({ context, apps, search, chosenId }: AppCardsProps) {
  return (
    <div class="playground-apps" id={domIds.appCards}>
      {apps.length === 0
        ? <NoApp context={context} search={search} chosenId={chosenId} />
        : (
          <ul class="apps">
            {apps.map((app) => (
              <AppCard
                app={app}
                search={search}
                isChosen={app.id === chosenId}
                context={context}
              />
            ))}
          </ul>
        )}
    </div>
  );
}

function NoApp({ context, search, chosenId }: Omit<AppCardsProps, "apps">) {
  if (search !== "") {
    return (
      <div class="empty">
        <p>No app matches “{search}”.</p>
        <p>The search looks at the names, the descriptions and the kinds of steps.</p>
        <a class="button" href={paths.playground(chosenId ?? undefined)}>Show all apps</a>
      </div>
    );
  }
  return (
    <div class="empty">
      <p>No apps yet.</p>
      <p>
        An app is a workflow of steps.{context.reader.may.edit &&
          " Build one in Studio, and it can be run from here."}
      </p>
      {context.reader.may.edit && (
        <a class="button button--primary" href={paths.studio()}>Go to Workspaces</a>
      )}
    </div>
  );
}

/** How many apps there are, in words: what a screen reader is told after a search. */
export function appCount(apps: readonly AppSummary[]): string {
  if (apps.length === 0) return "No apps";
  return apps.length === 1 ? "1 app" : `${apps.length} apps`;
}
