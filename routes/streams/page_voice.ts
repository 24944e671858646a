import { taskChanges, taskSnapshot } from "../../views/task/live.tsx";
import { isLive, type TaskView } from "../../views/task/task_view.ts";
import type { Deps } from "../deps.ts";
import { readTaskView } from "../tasks/task_view.ts";
import { DONE_MESSAGE, GONE_MESSAGE } from "./event_stream.ts";
import { eventId, type Voice } from "./task_channel.ts";

/** Tells a task's page: HTML that htmx swaps in. */
export function pageVoice(deps: Deps, taskId: string, may: TaskView["may"]): Voice<TaskView> {
  return {
    read: (previous) => readTaskView(deps, taskId, { may, previous }),
    idOf: (view) => eventId(deps.processId, view),
    isLive,
    snapshot: (view) => ({ data: taskSnapshot(view, deps.now()) }),
    changes(previous, next) {
      const data = taskChanges(previous, next, deps.now());
      return data === null ? null : { data };
    },
    done: DONE_MESSAGE,
    gone: GONE_MESSAGE,
    farewell: GONE_MESSAGE,
  };
}
