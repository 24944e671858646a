import type { StepStatus, Written } from "../../executor/task.ts";
import { domIds } from "../dom_ids.ts";
import { exact } from "../text/exact.ts";
import { shownText, writtenTitle } from "./written_text.ts";

export interface StepWrittenProps {
  readonly number: number;
  readonly status: StepStatus;
  readonly written: Written;
}

/** What a step has streamed. Its heading and its text are updated apart, so that text only grows. */
export function StepWritten({ number, status, written }: StepWrittenProps) {
  return (
    <section>
      <h3 class="part-title" id={domIds.stepWords(number)}>{writtenTitle(written, status)}</h3>
      <div
        class="stream"
        role="region"
        aria-labelledby={domIds.stepWords(number)}
        tabindex={0}
      >
        <p id={domIds.stepWritten(number)}>{exact(shownText(written).text)}</p>
      </div>
    </section>
  );
}
