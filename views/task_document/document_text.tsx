import type { Json } from "../../executor/definition/schema.ts";
import { exact } from "../text/exact.ts";
import { prettyJson } from "../text/json.ts";

/** Longer JSON is shown as it was stored: to mark its parts would hold everybody up. */
const MAX_MARKED_LENGTH = 60_000;

/** A value under its name: a text as it is, any other as JSON over several lines. */
export function Text({ label, value }: { readonly label: string; readonly value: Json }) {
  return (
    <>
      <h3>{exact(label)}</h3>
      <Value value={value} />
    </>
  );
}

export function Value({ value }: { readonly value: Json }) {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const isMarked = typeof value !== "string" && text.length <= MAX_MARKED_LENGTH;
  const marked = isMarked ? prettyJson(text) : null;
  return (
    <pre class="code code--wrap" dir={marked === null ? "auto" : undefined}>
      <code>{marked ?? exact(text)}</code>
    </pre>
  );
}
