import { raw } from "hono/html";
import type { TaskJson } from "../../executor/task.ts";
import { formatDuration } from "../durations.ts";
import { STATUS_WORDS } from "../status.tsx";
import { countOf } from "../text/counts.ts";
import { exact } from "../text/exact.ts";
import type { RenderMarkdown } from "../text/markdown.ts";
import { Text } from "./document_text.tsx";
import { DocumentOutput } from "./document_output.tsx";
import { DocumentStep } from "./document_step.tsx";

export interface TaskDocumentProps {
  readonly task: TaskJson;
  readonly look: {
    readonly css: string;
    /** Allows that style, and nothing to be loaded. */
    readonly policy: string;
  };
  /** Null where there is no Markdown. */
  readonly renderMarkdown: RenderMarkdown | null;
}

/** A task as one file: its outputs, inputs and steps as they are now, without script or link. */
export function TaskDocument({ task, look, renderMarkdown }: TaskDocumentProps) {
  const { id, app, status, error, outputs, inputs, steps } = task;
  return (
    <>
      {raw("<!doctype html>")}
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta http-equiv="Content-Security-Policy" content={look.policy} />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <meta name="generator" content="Callboard" />
          <title>{`${app.name} – ${id}`}</title>
          <style>{raw(look.css)}</style>
        </head>
        <body>
          <main class="document">
            <h1>{exact(app.name)}</h1>
            {app.description === "" ? null : <p class="lede">{exact(app.description)}</p>}
            <Facts task={task} />
            {error === undefined ? null : (
              <section>
                <h2>{STATUS_WORDS[status]}</h2>
                <p class="exact">{exact(error.message)}</p>
              </section>
            )}
            {outputs.map((output) => (
              <DocumentOutput output={output} renderMarkdown={renderMarkdown} />
            ))}
            {Object.keys(inputs).length === 0 ? null : (
              <section>
                <h2>Inputs</h2>
                {Object.entries(inputs).map(([name, value]) => <Text label={name} value={value} />)}
              </section>
            )}
            <section>
              <h2>Steps</h2>
              {steps.map((step, i) => <DocumentStep step={step} number={i + 1} />)}
            </section>
          </main>
        </body>
      </html>
    </>
  );
}

function Facts({ task }: { readonly task: TaskJson }) {
  const { id, status, app, createdAt, durationMs, usage } = task;
  const tokens = usage === undefined ? 0 : usage.inputTokens + usage.outputTokens;
  const words = [
    STATUS_WORDS[status],
    ...durationMs === null ? [] : [formatDuration(durationMs)],
    `version ${app.version}`,
    ...tokens === 0 ? [] : [countOf(tokens, "token")],
  ];
  return (
    <p class="document-facts">
      {words.join(", ")}
      <br />
      <time datetime={createdAt}>{createdAt.slice(0, 19).replace("T", " ")} UTC</time>, {id}
    </p>
  );
}
