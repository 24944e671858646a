import type { OriginKind } from "../../executor/task.ts";
import { Icon, type IconName } from "../icon.tsx";

interface Mark {
  readonly icon: IconName;
  readonly word: string;
}

/** A task that a person started has no mark. */
const MARKS = {
  person: null,
  api: { icon: "api", word: "API" },
  fork: { icon: "again", word: "fork" },
  schedule: { icon: "clock", word: "schedule" },
  webhook: { icon: "api", word: "webhook" },
  mcp: { icon: "api", word: "MCP" },
  embed: { icon: "embed", word: "embed" },
} as const satisfies Record<OriginKind, Mark | null>;

/** What started a task, where it was not a person. */
export function TriggerMark({ kind }: { readonly kind: OriginKind }) {
  const mark = MARKS[kind];
  if (mark === null) return null;
  return (
    <span class="via">
      <Icon name={mark.icon} />
      {mark.word}
    </span>
  );
}
