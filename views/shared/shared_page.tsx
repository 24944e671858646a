import { domIds } from "../dom_ids.ts";
import { Frame } from "../frame.tsx";
import { LiveStream } from "../live_stream.tsx";
import type { PageContext, TimeContext } from "../page_context.ts";
import { TaskInputs } from "../task/inputs.tsx";
import { StepsSection } from "../task/steps.tsx";
import { TaskStatus } from "../task/task_head.tsx";
import { isLive, REFRESH_SECONDS } from "../task/task_view.ts";
import { Timestamp } from "../time.tsx";
import { sharedStepProps, sharedTitle } from "./shared_live.tsx";
import { SharedFacts, SharedNotice, SharedOutput } from "./shared_parts.tsx";
import { SEEN_ADDRESS, type SharedView } from "./shared_task.ts";

export interface SharedPageProps {
  readonly context: PageContext;
  readonly view: SharedView;
  /** Followed while the task runs. */
  readonly eventsUrl: string;
  readonly oEmbedUrl: string;
}

/** A task for whoever has a link to it: what was chosen to be shown, to look at and no more. */
export function SharedPage({ context, view, eventsUrl, oEmbedUrl }: SharedPageProps) {
  const { detail } = view;
  return (
    <Frame
      context={context}
      title={sharedTitle(view)}
      current={null}
      isPublic
      oEmbedUrl={oEmbedUrl}
      refreshSeconds={detail.status === "running" ? REFRESH_SECONDS : undefined}
      refreshAddress={SEEN_ADDRESS}
    >
      {isLive(view) ? <LiveStream eventsUrl={eventsUrl} /> : null}
      <article class="task" id={domIds.sharedTask}>
        <Head view={view} context={context} />
        <div class="task-main">
          <SharedNotice view={view} />
          {detail.show.includes("steps")
            ? (
              <StepsSection
                detail={detail}
                propsOf={(step) => sharedStepProps(view, step)}
                context={context}
              />
            )
            : null}
          <SharedOutput view={view} />
        </div>
        <aside class="task-rail" aria-label="About this task">
          {detail.show.includes("inputs")
            ? (
              <>
                <h2 class="rail-title">Inputs</h2>
                <TaskInputs inputs={detail.inputs} />
              </>
            )
            : null}
          <h2 class="rail-title">Task</h2>
          <SharedFacts view={view} context={context} />
        </aside>
      </article>
    </Frame>
  );
}

interface PartProps {
  readonly view: SharedView;
  readonly context: TimeContext;
}

function Head({ view: { detail, expiresAt }, context }: PartProps) {
  return (
    <header class="task-head">
      <p class="task-line">
        <TaskStatus status={detail.status} />
      </p>
      <h1>Shared task</h1>
      <p class="lede">
        Somebody shared this with you, to look at. The link works until{" "}
        <Timestamp at={expiresAt} context={context} />.
      </p>
    </header>
  );
}
