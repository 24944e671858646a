import type { ForkVersion } from "../../executor/fork_verb.ts";
import { paths } from "../../routes/paths.ts";
import { domIds } from "../dom_ids.ts";
import { hx } from "../hx.ts";
import { Icon } from "../icon.tsx";

/** One way to run a task again. */
export interface ForkButton {
  readonly version: ForkVersion;
  readonly label: string;
}

export interface ForkFormProps {
  readonly taskId: string;
  /** The step to run it from; null for the whole app. */
  readonly from: { readonly id: string; readonly number: number } | null;
  readonly buttons: readonly ForkButton[];
}

/** Buttons that run a task again as it is. A refusal is said below them. */
export function ForkForm({ taskId, from, buttons }: ForkFormProps) {
  const action = paths.taskForks(taskId);
  const behaviour = hx({
    post: action,
    target: "find .fork-notice",
    swap: "innerHTML",
    sync: "drop",
  });
  return (
    <form class="fork-form" method="post" action={action} data-run-form {...behaviour}>
      {from === null ? null : <input type="hidden" name="from" value={from.id} />}
      {buttons.map(({ version, label }) => (
        <button
          class="button button--quiet"
          type="submit"
          name="version"
          value={version}
          aria-describedby={from === null ? undefined : domIds.stepSummary(from.number)}
        >
          <Icon name="again" />
          {label}
        </button>
      ))}
      <div class="fork-notice" role="alert"></div>
    </form>
  );
}
