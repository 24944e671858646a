import { Frame } from "../frame.tsx";
import { LiveStream } from "../live_stream.tsx";
import type { PageContext } from "../page_context.ts";
import { TaskAgain } from "./again.tsx";
import { TaskDeletion } from "./deletion.tsx";
import { TaskFacts } from "./facts.tsx";
import { TaskFault } from "./fault.tsx";
import { TaskForks } from "./forks.tsx";
import { TaskInputs } from "./inputs.tsx";
import { TaskOutput } from "./output.tsx";
import { Steps } from "./steps.tsx";
import { TaskHead } from "./task_head.tsx";
import { taskTitle } from "./task_title.ts";
import { isLive, REFRESH_SECONDS, type TaskView } from "./task_view.ts";

export interface TaskPageProps {
  readonly context: PageContext;
  readonly view: TaskView;
  /** Of this task; followed while it runs. */
  readonly eventsUrl: string;
}

/** A task: how it stands, its steps, its output, what it was run with. */
export function TaskPage({ context, view, eventsUrl }: TaskPageProps) {
  const isRunning = view.detail.status === "running";
  return (
    <Frame
      context={context}
      title={taskTitle(view.detail)}
      current="tasks"
      refreshSeconds={isRunning ? REFRESH_SECONDS : undefined}
    >
      {isLive(view) ? <LiveStream eventsUrl={eventsUrl} /> : null}
      <article class="task">
        <TaskHead view={view} />
        <div class="task-main">
          <TaskFault view={view} context={context} />
          <Steps view={view} context={context} />
          <TaskOutput view={view} />
        </div>
        <aside class="task-rail" aria-label="About this task">
          <h2 class="rail-title">Inputs</h2>
          <TaskInputs inputs={view.detail.inputs} />
          <h2 class="rail-title">Task</h2>
          <TaskFacts view={view} context={context} />
          <TaskForks view={view} context={context} />
          <TaskDeletion view={view} />
        </aside>
        <TaskAgain view={view} />
      </article>
    </Frame>
  );
}
