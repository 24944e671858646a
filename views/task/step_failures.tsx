import type { AttemptFailure } from "../../executor/task.ts";
import type { TimeContext } from "../page_context.ts";
import { ordinal, usageWords } from "../text/counts.ts";
import { exact } from "../text/exact.ts";
import { formatDuration, Timestamp } from "../time.tsx";

export interface StepFailuresProps {
  readonly failures: readonly AttemptFailure[];
  readonly context: TimeContext;
}

/**
 * The attempts of a step that failed and were followed by another, oldest first. What went wrong in
 * the same way several times in a row is said once.
 */
export function StepFailures({ failures, context }: StepFailuresProps) {
  if (failures.length === 0) return null;
  return (
    <section>
      <h3 class="part-title">Failed attempts</h3>
      <dl class="failures">
        {alike(failures).map((group) => (
          <div>
            {group.map((failure) => <Attempt failure={failure} context={context} />)}
            <dd>
              <pre class="code code--wrap"><code>{exact(group[0]?.message ?? "")}</code></pre>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

interface AttemptProps {
  readonly failure: AttemptFailure;
  readonly context: TimeContext;
}

function Attempt({ failure, context }: AttemptProps) {
  const { attempt, startedAt, finishedAt, usage } = failure;
  return (
    <dt class="part-title">
      {`${ordinal(attempt)} attempt, `}
      <Timestamp at={startedAt} context={context} />
      {`, ${formatDuration(finishedAt - startedAt)}`}
      {usage === undefined ? "" : `, tokens: ${usageWords(usage)}`}
    </dt>
  );
}

/** Failures with the same message, as long as they follow each other. */
function alike(failures: readonly AttemptFailure[]): readonly (readonly AttemptFailure[])[] {
  const groups: AttemptFailure[][] = [];
  for (const failure of failures) {
    const last = groups.at(-1);
    if (last?.[0]?.message === failure.message) last.push(failure);
    else groups.push([failure]);
  }
  return groups;
}
