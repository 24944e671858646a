import type { AttemptFailure } from "../../executor/task.ts";
import { ordinal } from "../text/counts.ts";
import { exact } from "../text/exact.ts";
import { formatDuration } from "../time.tsx";

/** The attempts of a step that failed and were followed by another, oldest first. */
export function StepFailures({ failures }: { readonly failures: readonly AttemptFailure[] }) {
  if (failures.length === 0) return null;
  return (
    <section>
      <h3 class="part-title">Failed attempts</h3>
      <dl class="failures">
        {failures.map((failure) => (
          <div>
            <dt class="part-title">
              {`${ordinal(failure.attempt)} attempt, `}
              {formatDuration(failure.finishedAt - failure.startedAt)}
            </dt>
            <dd>
              <pre class="code code--wrap"><code>{exact(failure.message)}</code></pre>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
