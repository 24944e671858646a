import { Icon } from "../icon.tsx";
import type { KindReference } from "./workspace.ts";

/** What a definition can hold, for somebody who writes one and has no other page at hand. */
export function Reference({ kinds }: { readonly kinds: readonly KindReference[] }) {
  return (
    <details class="reference">
      <summary>
        <Icon name="chevron" />
        What a definition can hold
      </summary>
      <div class="reference-text">
        <h2>The app</h2>
        <Terms terms={APP_TERMS} />
        <h2>An input</h2>
        <Terms terms={INPUT_TERMS} />
        <h2>A step</h2>
        <Terms terms={STEP_TERMS} />
        <h2>Kinds of steps</h2>
        <Terms
          terms={kinds.map(({ kind, label, settings }) => [kind, kindText(label, settings)])}
        />
        <h2>An output</h2>
        <Terms terms={OUTPUT_TERMS} />
        <h2>Text that refers to something</h2>
        <p>
          Text in a config and in an output is a Liquid template.{" "}
          <code>{"{{ inputs.topic }}"}</code> stands for an input,{" "}
          <code>{"{{ steps.draft.output }}"}</code> for what a step has made, and{" "}
          <code>{"{{ steps.draft.error }}"}</code>{" "}
          for why it failed, where the task went on. A step that is referred to need not be named in
          {" "}
          <code>needs</code>.
        </p>
        <pre class="code" tabindex={0}>{EXAMPLE}</pre>
      </div>
    </details>
  );
}

type Term = readonly [name: string, meaning: string, example?: string];

function Terms({ terms }: { readonly terms: readonly Term[] }) {
  return (
    <dl class="facts">
      {terms.map(([name, meaning, example]) => (
        <div>
          <dt>
            <code>{name}</code>
          </dt>
          <dd>
            {meaning}
            {example === undefined ? null : <>: {<code>{example}</code>}</>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function kindText(label: string, settings: KindReference["settings"]): string {
  if (settings.length === 0) return label;
  const names = settings.map(({ name, isRequired }) => isRequired ? name : `${name} (optional)`);
  return `${label}, with ${names.join(", ")}`;
}

const APP_TERMS: readonly Term[] = [
  ["inputs", "What people fill in: a list"],
  ["steps", "What is done with it: a list"],
  ["outputs", "What comes out: a list"],
  ["timeout", "Seconds a task may take, waiting included", '"timeout": 3600'],
  ["budget", "Tokens the steps of one task may use together", '"budget": 20000'],
  ["concurrency", "Tasks of this app that run at once", '"concurrency": 2'],
];

const INPUT_TERMS: readonly Term[] = [
  ["name", "Small letters, digits and _; not “app”"],
  ["label", "What people read beside the field"],
  ["type", "text, multiline, url, file, number, select or checkbox"],
  ["required", "true or false"],
  ["default", "What the field begins with"],
  ["help", "A sentence below the field"],
  ["maxLength", "For text, multiline, url and file, in characters"],
  ["min, max", "For number"],
  ["options", "For select: a list of texts"],
];

const STEP_TERMS: readonly Term[] = [
  ["id", "Small letters, digits and _"],
  ["name", "What people read"],
  ["kind", "What the step does: one of the kinds below"],
  ["config", "The settings of its kind"],
  ["needs", "Ids of steps to wait for, besides those its texts refer to", '"needs": ["draft"]'],
  ["when", "The step is skipped unless this holds", '"when": "inputs.tone == \'formal\'"'],
  [
    "retry",
    "Attempts (3), and seconds before the second (1)",
    '"retry": { "attempts": 5, "backoff": 2 }',
  ],
  ["timeout", "Seconds one attempt may take (900)", '"timeout": 60'],
  [
    "onError",
    "Whether the task fails with the step (fail) or goes on without its result",
    '"onError": "continue"',
  ],
];

const OUTPUT_TERMS: readonly Term[] = [
  ["name", "Small letters, digits and _"],
  ["label", "What people read"],
  ["type", "markdown, text or json"],
  ["template", "Its text, rendered when all steps have ended"],
];

const EXAMPLE = `{
  "inputs": [
    { "name": "topic", "label": "Topic", "type": "text", "required": true }
  ],
  "steps": [
    { "id": "greet", "name": "Greet", "kind": "template",
      "config": { "text": "About {{ inputs.topic }}" } }
  ],
  "outputs": [
    { "name": "text", "label": "Text", "type": "text",
      "template": "{{ steps.greet.output }}" }
  ]
}`;
