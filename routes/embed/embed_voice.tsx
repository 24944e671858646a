import { EmbeddedGone } from "../../views/embed/embedded_gone.tsx";
import { EmbeddedTask, type EmbeddedTaskProps } from "../../views/embed/embedded_task.tsx";
import { renderNow } from "../../views/render.ts";
import { isLive } from "../../views/task/task_view.ts";
import type { Deps } from "../deps.ts";
import { paths } from "../paths.ts";
import { DONE, DONE_MESSAGE, encodeMessage } from "../streams/event_stream.ts";
import type { Voice } from "../streams/task_channel.ts";
import { readShared, type SharedReading } from "../share/read_shared.ts";
import { sharedEventId } from "../share/shared_voice.ts";
import type { OpenedTask } from "./opened.ts";

/** A task as other sites see it. */
export interface EmbedView {
  readonly reading: SharedReading;
  readonly task: Omit<EmbeddedTaskProps, "now">;
}

/** A task that was opened, and what its links begin with. */
export interface EmbedSource {
  readonly opened: OpenedTask;
  /** Such as `https://callboard.example.org`. */
  readonly origin: string;
}

/** Null where the task is gone. */
export async function readEmbed(
  deps: Deps,
  { opened, origin }: EmbedSource,
  previous: EmbedView | null,
): Promise<EmbedView | null> {
  const reading = await readShared(deps, opened, previous?.reading);
  if (reading === null) return null;
  const { whole, view: { detail, renderMarkdown } } = reading;
  return {
    reading,
    task: {
      // A share link does not tell which app it was; a visitor has seen its form.
      title: opened.isVisit ? whole.app.name : "Shared task",
      detail,
      renderMarkdown,
      pageUrl: opened.isVisit ? null : origin + paths.shared(opened.token),
      outputUrl: (name) => origin + paths.embed.taskOutput(opened.token, name),
    },
  };
}

/** Tells a task to other sites: each message is the whole fragment, which is never long. */
export function embedVoice(deps: Deps, source: EmbedSource): Voice<EmbedView> {
  return {
    read: (previous) => readEmbed(deps, source, previous),
    idOf: ({ reading }) => sharedEventId(deps.processId, reading),
    isLive: ({ reading }) => isLive(reading.view),
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
