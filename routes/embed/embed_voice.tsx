import { EmbeddedGone } from "../../views/embed/embedded_gone.tsx";
import { EmbeddedTask, type EmbeddedTaskProps } from "../../views/embed/embedded_task.tsx";
import { renderNow } from "../../views/render.ts";
import { isLive, type TaskView } from "../../views/task/task_view.ts";
import type { Deps } from "../deps.ts";
import { paths } from "../paths.ts";
import { DONE, DONE_MESSAGE, encodeMessage } from "../streams/event_stream.ts";
import { eventId, type Voice } from "../streams/task_channel.ts";
import { readTaskView } from "../task_view.ts";
import type { OpenedTask } from "./opened.ts";
import { shownDetail } from "./shown.ts";

/** A task as other sites see it. */
export interface EmbedView {
  readonly view: TaskView;
  readonly task: Omit<EmbeddedTaskProps, "now">;
}

/** A task that was opened, and what its links begin with. */
export interface EmbedSource {
  readonly opened: OpenedTask;
  readonly token: string;
  /** Such as `https://callboard.example.org`. */
  readonly origin: string;
}

/** Null where the task is gone. */
export async function readEmbed(
  deps: Deps,
  { opened, token, origin }: EmbedSource,
  previous: EmbedView | null,
): Promise<EmbedView | null> {
  const may = { run: false, edit: false };
  const view = await readTaskView(deps, opened.taskId, { may, previous: previous?.view });
  if (view === null) return null;
  const { show } = opened.link;
  return {
    view,
    task: {
      // A share link does not tell which app it was; a visitor has seen its form.
      title: opened.pagePath === null ? view.detail.app.name : "Shared task",
      detail: shownDetail(view.detail, show),
      fault: view.detail.status === "failed" ? "This task failed." : null,
      renderMarkdown: view.renderMarkdown,
      pageUrl: opened.pagePath === null ? null : origin + opened.pagePath,
      downloadUrl: (name) => origin + paths.embed.taskDownload(token, name),
    },
  };
}

/** Tells a task to other sites: each message is the whole fragment, which is never long. */
export function embedVoice(deps: Deps, source: EmbedSource): Voice<EmbedView> {
  return {
    read: (previous) => readEmbed(deps, source, previous),
    idOf: ({ view }) => eventId(deps.processId, view),
    isLive: ({ view }) => isLive(view),
    snapshot: ({ task }) => ({ data: fragment(task, deps.now()) }),
    changes(previous, next) {
      const now = deps.now();
      const data = fragment(next.task, now);
      return data === fragment(previous.task, now) ? null : { data };
    },
    done: DONE_MESSAGE,
    gone: GONE_MESSAGE,
    farewell: GONE_MESSAGE,
  };
}

const GONE_MESSAGE = encodeMessage({ data: renderNow(<EmbeddedGone />) }, DONE);

function fragment(task: EmbedView["task"], now: number): string {
  return renderNow(<EmbeddedTask {...task} now={now} />);
}
