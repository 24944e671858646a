import type { Deps } from "../deps.ts";
import { readTaskView } from "../task_view.ts";
import { TaskChannel } from "./task_channel.ts";

/** The tasks that are being followed: one channel each, however many readers it has. */
export interface TaskChannels {
  /** A stream of a task's changes. @param has The id of the state the reader has, if any. */
  follow(taskId: string, has: string | null): Response;
}

export function createTaskChannels(deps: Deps): TaskChannels {
  const channels = new Map<string, TaskChannel>();

  function channelOf(taskId: string): TaskChannel {
    const open = channels.get(taskId);
    if (open !== undefined) return open;
    const channel: TaskChannel = new TaskChannel({
      read: (previous) => readTaskView(deps, taskId, previous),
      watch: (onChange) => deps.executor.tasks.watch(taskId, onChange),
      now: deps.now,
      after: deps.after,
      processId: deps.processId,
      onError: (error) => deps.onError(error, "task stream", { taskId }),
      onEmpty: () => {
        if (channels.get(taskId) === channel) channels.delete(taskId);
      },
    });
    channels.set(taskId, channel);
    return channel;
  }

  return {
    follow(taskId, has) {
      let channel = null as TaskChannel | null;
      return deps.streams.open({
        topic: "task",
        onOpen(reader) {
          channel = channelOf(taskId);
          channel.join(reader, has);
        },
        onCaughtUp(reader) {
          channel = channelOf(taskId);
          channel.join(reader, null);
        },
        onClose: (reader) => channel?.leave(reader),
      });
    },
  };
}
