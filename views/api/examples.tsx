import { paths } from "../../routes/paths.ts";
import { CopyButton } from "../copy_button.tsx";
import { Icon } from "../icon.tsx";
import type { ApiExample } from "./reference_text.ts";

/** The app whose inputs the examples have. */
export interface ChosenApp {
  readonly id: string;
  readonly name: string;
  readonly examples: readonly ApiExample[];
}

interface ApiExamplesProps {
  readonly apps: readonly { readonly id: string; readonly name: string }[];
  readonly chosen: ChosenApp;
}

/** Programs that run an app, to copy. */
export function ApiExamples({ apps, chosen }: ApiExamplesProps) {
  return (
    <section class="section" aria-labelledby="examples">
      <div class="side-head">
        <h2 id="examples">Run “{chosen.name}”</h2>
        <details class="menu" data-menu>
          <summary>
            App <b>{chosen.name}</b>
            <Icon name="chevron" />
          </summary>
          <ul class="menu-list" aria-label="Apps">
            {apps.map(({ id, name }) => (
              <li>
                <a href={paths.apiDocs(id)} aria-current={id === chosen.id ? "true" : undefined}>
                  {name}
                </a>
              </li>
            ))}
          </ul>
        </details>
      </div>
      {chosen.examples.map((example) => <Example appId={chosen.id} example={example} />)}
    </section>
  );
}

function Example({ appId, example }: { readonly appId: string; readonly example: ApiExample }) {
  const url = paths.apiExample(appId, example.name);
  return (
    <>
      <div class="side-head">
        <h3>{example.label}</h3>
        <div class="actions">
          <CopyButton from={url} label={example.label} />
          <a class="button button--quiet" href={url} download={example.name}>
            <Icon name="download" />Download
            <span class="sr">{` ${example.name}`}</span>
          </a>
        </div>
      </div>
      <pre class="code code--wrap" tabindex={0} aria-label={example.label}>{example.text}</pre>
    </>
  );
}
