import { paths } from "../../routes/paths.ts";
import { Frame } from "../frame.tsx";
import { Icon } from "../icon.tsx";
import type { PageContext } from "../page_context.ts";
import { ApiExamples, type ChosenApp } from "./examples.tsx";
import { Operation, Shape } from "./operation.tsx";
import type { ApiOperation, ApiShape } from "./reference_text.ts";

export interface ApiPageProps {
  readonly context: PageContext;
  readonly apps: readonly { readonly id: string; readonly name: string }[];
  /** Null where there is no app. */
  readonly chosen: ChosenApp | null;
  readonly operations: readonly ApiOperation[];
  readonly shapes: readonly ApiShape[];
}

/** How programs use Callboard: examples for an app, then every operation and shape. */
export function ApiPage({ context, apps, chosen, operations, shapes }: ApiPageProps) {
  return (
    <Frame context={context} title="API" current={null} isSide>
      <header class="page-head">
        <h1>API</h1>
        <div class="actions">
          <a class="button button--quiet" href={paths.openApi()}>
            <Icon name="api" />OpenAPI
          </a>
          <a class="button button--quiet" href={paths.client()}>
            <Icon name="download" />TypeScript client
          </a>
        </div>
      </header>
      <p class="lede">
        Run apps from a program, and follow their tasks. An error is a JSON object with a sentence
        in <code>detail</code>.
      </p>
      <Contents operations={operations} />
      <div class="api">
        {context.reader.name === null ? null : (
          <p class="muted">
            A program shows a key with each request:{" "}
            <code>Authorization: Bearer cbk_…</code>. The examples take it from the environment, as
            {" "}
            <code>CALLBOARD_KEY</code>. A key that is not good is answered 401, one whose scopes, or
            whose owner's role, do not include what is asked for 403.
            {context.reader.may.own && (
              <>
                {" "}
                <a href={paths.settings.keys()}>API keys</a>
              </>
            )}
          </p>
        )}
        {chosen === null ? null : <ApiExamples apps={apps} chosen={chosen} />}
        <section class="section" aria-labelledby="operations">
          <h2 id="operations">Operations</h2>
          {operations.map((operation) => <Operation operation={operation} />)}
        </section>
        <section class="section" aria-labelledby="shapes">
          <h2 id="shapes">Shapes</h2>
          {shapes.map((shape) => <Shape shape={shape} />)}
        </section>
      </div>
    </Frame>
  );
}

/** The ways down to what is looked for; the page is long. */
function Contents({ operations }: Pick<ApiPageProps, "operations">) {
  return (
    <nav class="api-contents" aria-label="On this page">
      <ul>
        {operations.map(({ id, summary }) => (
          <li>
            <a href={`#${id}`}>{summary}</a>
          </li>
        ))}
        <li>
          <a href="#shapes">Shapes</a>
        </li>
      </ul>
    </nav>
  );
}
