import type { AppSummary } from "../../executor/app.ts";
import { paths } from "../../routes/paths.ts";
import { domIds } from "../dom_ids.ts";
import { RunForm, type RunFormProps } from "../form/run_form.tsx";
import { Frame } from "../frame.tsx";
import { missingReason, MissingSentence, missingTitle } from "../not_found.tsx";
import type { PageContext, Reader } from "../page_context.ts";
import { studioWords } from "../studio_link.tsx";
import { AppCards, appCount } from "./app_cards.tsx";
import { AppSearch } from "./app_search.tsx";

export interface PlaygroundProps {
  readonly context: PageContext;
  /** Those that match the search. */
  readonly apps: readonly AppSummary[];
  readonly search: string;
  readonly chosen: ChosenApp | null;
  /** What was asked for as an app and is none. */
  readonly unknownId?: string;
}

export interface ChosenApp {
  readonly app: Pick<AppSummary, "id" | "name" | "description">;
  readonly form: RunFormProps;
}

/** The apps, and the form of the chosen one. */
export function PlaygroundPage(props: PlaygroundProps) {
  const { context, chosen } = props;
  const title = chosen === null ? "Playground" : `${chosen.app.name} – Playground`;
  return (
    <Frame context={context} title={title} current="playground">
      <Playground {...props} />
    </Frame>
  );
}

/** The form stands before the cards, because on a phone it is what the reader came for. */
function Playground({ context, apps, search, chosen, unknownId }: PlaygroundProps) {
  const chosenId = chosen?.app.id ?? null;
  const hasSide = chosen !== null || unknownId !== undefined;
  return (
    <div
      class={hasSide ? "playground playground--chosen" : "playground"}
      id={domIds.playground}
    >
      <h1>Playground</h1>
      {chosen !== null && <ChosenAppForm {...chosen} may={context.reader.may} />}
      {unknownId !== undefined && <UnknownApp id={unknownId} />}
      <h2 class="sr">Apps</h2>
      {(apps.length > 0 || search !== "") && (
        <AppSearch search={search} chosenId={chosenId} count={appCount(apps)} />
      )}
      <AppCards context={context} apps={apps} search={search} chosenId={chosenId} />
      {!hasSide && apps.length > 0 && (
        <p class="split-side playground-hint muted">Choose an app, and its inputs appear here.</p>
      )}
    </div>
  );
}

function UnknownApp({ id }: { readonly id: string }) {
  const missing = { what: "app", id } as const;
  return (
    <section class="split-side" aria-labelledby={domIds.chosenAppTitle}>
      <div class="side-head">
        <h2 id={domIds.chosenAppTitle}>{missingTitle(missing)}</h2>
      </div>
      <p class="side-text">
        <MissingSentence missing={missing} />
      </p>
      <p class="muted">{missingReason(missing)}</p>
    </section>
  );
}

function ChosenAppForm({ app, form, may }: ChosenApp & Pick<Reader, "may">) {
  return (
    <section class="split-side" id={domIds.chosenApp} aria-labelledby={domIds.chosenAppTitle}>
      <div class="side-head">
        <h2 id={domIds.chosenAppTitle} tabindex={-1} data-chosen-app>{app.name}</h2>
        <a href={paths.studioApp(app.id)}>{studioWords(may.edit)}</a>
      </div>
      {app.description !== "" && <p class="muted side-text">{app.description}</p>}
      {may.run ? <RunForm {...form} /> : (
        <p>
          You may see tasks here, and not run apps.{" "}
          <a href={paths.tasks({ app: app.id })}>See its tasks</a>
        </p>
      )}
    </section>
  );
}
