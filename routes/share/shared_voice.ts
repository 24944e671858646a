import { sharedChanges, sharedGone, sharedSnapshot } from "../../views/shared/shared_live.tsx";
import { isLive } from "../../views/task/task_view.ts";
import type { Deps } from "../deps.ts";
import { DONE, DONE_MESSAGE, encodeMessage } from "../streams/event_stream.ts";
import { eventId, type Voice } from "../streams/task_channel.ts";
import { type OpenedTask, readShared, type SharedReading } from "./read_shared.ts";

/** Tells the page of a link what it shows. Once it is not valid any more, nothing stays there. */
export function sharedVoice(deps: Deps, opened: OpenedTask): Voice<SharedReading> {
  const gone = encodeMessage({ data: sharedGone() }, DONE);
  return {
    read: (previous) => readShared(deps, opened, previous),
    idOf: (reading) => sharedEventId(deps.processId, reading),
    isLive: ({ view }) => isLive(view),
    snapshot: ({ view }) => ({ data: sharedSnapshot(view, deps.now()) }),
    changes(previous, next) {
      const data = sharedChanges(previous.view, next.view, deps.now());
      return data === null ? null : { data };
    },
    done: DONE_MESSAGE,
    gone,
    farewell: gone,
  };
}

/** Names the state a reader has. Where the steps are not shown, it does not tell of them either. */
export function sharedEventId(processId: string, { whole, view: { detail } }: SharedReading) {
  return detail.show.includes("steps")
    ? eventId(processId, { detail: whole })
    : `${processId}.${detail.status}.${detail.startedAt ?? ""}`;
}
