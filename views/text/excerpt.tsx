import type { Excerpt } from "../../executor/task.ts";
import { cutNote } from "./counts.ts";
import { exact } from "./exact.ts";
import { prettyJson } from "./json.ts";

/** From here on a text scrolls in its own box, so that what follows it stays near. */
const LONG_TEXT = 2000;

export interface TextBlockProps {
  readonly value: Excerpt;
  /** What the text is, for those who cannot see its heading. */
  readonly label: string;
  readonly format?: "text" | "json";
}

/** A text as it is, or JSON over several lines; says so where it is only the beginning. */
export function TextBlock({ value, label, format = "text" }: TextBlockProps) {
  if (value.length === 0) return <p class="muted">Empty</p>;
  const content = format === "json" && !value.isCut ? prettyJson(value.text) : null;
  const isLong = value.text.length > LONG_TEXT;
  const region = isLong ? { role: "region", "aria-label": label, tabindex: 0 } : {};
  return (
    <>
      <pre
        class={`code code--wrap${isLong ? " code--tall" : ""}`}
        dir={content === null ? "auto" : undefined}
        {...region}
      >
        <code>{content ?? exact(value.text)}</code>
      </pre>
      {value.isCut ? <p class="cut-note">{cutNote(value)}</p> : null}
    </>
  );
}
