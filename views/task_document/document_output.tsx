import { raw } from "hono/html";
import type { OutputJson } from "../../executor/task.ts";
import { exact } from "../text/exact.ts";
import type { RenderMarkdown } from "../text/markdown.ts";
import { Value } from "./document_text.tsx";

/** The task's name is h1, the output's label h2. */
const TOP_HEADING = 3;
/** Longer Markdown is shown as it was written: to render it would hold everybody up. */
const MAX_RENDERED_LENGTH = 60_000;

interface DocumentOutputProps {
  readonly output: OutputJson;
  readonly renderMarkdown: RenderMarkdown | null;
}

/** An output of a task, by its type. */
export function DocumentOutput({ output, renderMarkdown }: DocumentOutputProps) {
  const { label, type, value } = output;
  const isRendered = type === "markdown" && typeof value === "string" &&
    value.length <= MAX_RENDERED_LENGTH && renderMarkdown !== null;
  return (
    <section>
      <h2>{exact(label)}</h2>
      {isRendered
        ? <div class="prose" dir="auto">{raw(renderMarkdown(value, TOP_HEADING))}</div>
        : <Value value={value} />}
    </section>
  );
}
