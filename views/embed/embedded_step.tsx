import type { StepDetail } from "../../executor/task.ts";
import { Lamp, STATUS_WORDS } from "../status.tsx";
import { TextBlock } from "../text/excerpt.tsx";
import { exact } from "../text/exact.ts";

/** Characters of a streamed text that are shown while it grows: every message holds them again. */
const MAX_WRITTEN = 2_000;

/** A step: its name and how it stands, with what came of it inside. */
export function EmbeddedStep({ step }: { readonly step: StepDetail }) {
  const { number, name, state: { status } } = step;
  const line = (
    <>
      <span>{number}. {name}</span>
      <span class="cb-status" data-status={status}>
        <Lamp status={status} />
        {STATUS_WORDS[status]}
      </span>
    </>
  );
  const body = bodyOf(step);
  if (body === null) {
    return (
      <li>
        <div class="cb-step">{line}</div>
      </li>
    );
  }
  return (
    <li>
      <details open={status === "failed"}>
        <summary class="cb-step">{line}</summary>
        {body}
      </details>
    </li>
  );
}

function bodyOf({ name, error, result, written }: StepDetail) {
  if (error !== null) return <p class="cb-fault">{exact(error)}</p>;
  if (result !== null) {
    return <TextBlock value={result.value} label={name} format={result.format} />;
  }
  return written === null ? null : <pre dir="auto">{exact(lastOf(written.text))}</pre>;
}

/** The end of a text, from a whole character on. */
function lastOf(text: string): string {
  return text.slice(-MAX_WRITTEN).replace(/^[\uDC00-\uDFFF]/, "");
}
