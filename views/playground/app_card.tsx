import type { AppSummary } from "../../executor/app.ts";
import { paths } from "../../routes/paths.ts";
import { domIds } from "../dom_ids.ts";
import { hx } from "../hx.ts";
import type { TimeContext } from "../page_context.ts";
import { Status } from "../status.tsx";
import { formatAgo } from "../time.tsx";

export interface AppCardProps {
  readonly app: AppSummary;
  readonly search: string;
  readonly isChosen: boolean;
  readonly context: TimeContext;
}

/** An app to choose: what it does, the kinds of its steps, and how its last task went. */
export function AppCard({ app, search, isChosen, context }: AppCardProps) {
  const href = paths.playground(app.id, search);
  return (
    <li class="app">
      <a
        class="app-name"
        id={domIds.appCard(app.id)}
        href={href}
        aria-current={isChosen ? "true" : undefined}
        {...hx({
          get: href,
          target: `#${domIds.playground}`,
          select: `#${domIds.playground}`,
          swap: "outerHTML",
          pushUrl: true,
        })}
      >
        {app.name}
      </a>
      {app.description !== "" && <p class="app-text">{app.description}</p>}
      <ul class="app-kinds" aria-label="Steps">
        {app.kindLabels.map((label) => <li>{label}</li>)}
      </ul>
      <p class="app-last">
        {app.lastTask === null ? "Never run" : (
          <>
            <Status status={app.lastTask.status} variant="plain" />
            <span>{formatAgo(app.lastTask.createdAt, context.now)}</span>
          </>
        )}
      </p>
    </li>
  );
}
