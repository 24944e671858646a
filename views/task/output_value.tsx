import { raw } from "hono/html";
import type { OutputDetail } from "../../executor/task.ts";
import { TextBlock } from "../text/excerpt.tsx";
import { cutNote } from "../text/counts.ts";
import type { RenderMarkdown } from "../text/markdown.ts";

/** The page's title is h1, "Output" h2, the output's label h3. */
const TOP_HEADING = 4;

export interface OutputValueProps {
  readonly output: OutputDetail;
  readonly renderMarkdown: RenderMarkdown;
}

/** An output by its type; a part of one is shown as plain text, because it may end anywhere. */
export function OutputValue({ output, renderMarkdown }: OutputValueProps) {
  const { type, value, label } = output;
  if (value.isCut) {
    return (
      <>
        <p class="cut-note">{cutNote(value)}. Copy and Download give all of it.</p>
        <TextBlock value={{ ...value, isCut: false }} label={label} />
      </>
    );
  }
  switch (type) {
    case "markdown":
      if (value.text.trim() === "") return <p class="muted">Empty</p>;
      return <div class="prose" dir="auto">{raw(renderMarkdown(value.text, TOP_HEADING))}</div>;
    case "json":
      return <TextBlock value={value} label={label} format="json" />;
    case "text":
      return <TextBlock value={value} label={label} />;
  }
}
