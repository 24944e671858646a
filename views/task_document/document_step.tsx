import type { StepJson } from "../../executor/task.ts";
import { formatDuration } from "../durations.ts";
import { STATUS_WORDS } from "../status.tsx";
import { exact } from "../text/exact.ts";
import { Value } from "./document_text.tsx";

interface DocumentStepProps {
  readonly step: StepJson;
  readonly number: number;
}

/** A step: closed, with its result or its error inside. */
export function DocumentStep({ step, number }: DocumentStepProps) {
  const { name, kind, status, durationMs, output, error } = step;
  const words = [STATUS_WORDS[status], ...durationMs === null ? [] : [formatDuration(durationMs)]];
  return (
    <details class="document-step" open={status === "failed"}>
      <summary>
        <b>{number}</b> {exact(name)} <span class="document-facts">{kind}, {words.join(", ")}</span>
      </summary>
      {error === undefined ? null : <p class="exact">{exact(error)}</p>}
      {output === undefined ? null : <Value value={output} />}
      {error === undefined && output === undefined
        ? <p class="document-facts">Nothing came of it.</p>
        : null}
    </details>
  );
}
