import type { Child } from "hono/jsx";
import type { OriginKind, TaskDetail } from "../../executor/task.ts";
import { domIds } from "../dom_ids.ts";
import type { TimeContext } from "../page_context.ts";
import { formatDuration, Timestamp } from "../time.tsx";
import { usageWords } from "../text/counts.ts";
import type { TaskView } from "./task_view.ts";

const ORIGIN_WORDS = {
  person: "In the Playground",
  api: "By the API",
  fork: "From another task",
  schedule: "By schedule",
  webhook: "By a webhook",
  mcp: "By MCP",
  embed: "From another web page",
} as const satisfies Record<OriginKind, string>;

export interface TaskFactsProps {
  readonly view: TaskView;
  readonly context: TimeContext;
}

/** Live: when, how long, by what, which version, how many tokens. */
export function TaskFacts({ view, context }: TaskFactsProps) {
  const { origin, app, usage } = view.detail;
  return (
    <dl class="facts" id={domIds.taskFacts}>
      <TimeFacts detail={view.detail} context={context} />
      <Fact name="Triggered">{ORIGIN_WORDS[origin.kind]}</Fact>
      <Fact name="App version">{app.version}</Fact>
      {usage === null ? null : <Fact name="Tokens">{usageWords(usage)}</Fact>}
    </dl>
  );
}

interface TimeFactsProps {
  readonly detail: Pick<TaskDetail, "startedAt" | "finishedAt">;
  readonly context: TimeContext;
}

/** When, and how long. */
export function TimeFacts({ detail: { startedAt, finishedAt }, context }: TimeFactsProps) {
  return (
    <>
      <Fact name="Started">
        {startedAt === null ? "Not yet" : <Timestamp at={startedAt} context={context} />}
      </Fact>
      <Fact name="Duration">
        {startedAt === null || finishedAt === null ? "–" : formatDuration(finishedAt - startedAt)}
      </Fact>
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children?: Child }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
