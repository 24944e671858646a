import type { Deps } from "../deps.ts";
import { TaskChannel, type Voice } from "./task_channel.ts";

/** The tasks that are being followed: one channel each, however many readers it has. */
export interface TaskChannels {
  /** A stream of a task's changes. @param has The id of the state the reader has, if any. */
  follow(taskId: string, has: string | null): Response;
}

/** @param voiceOf How a task is told in these channels. */
export function createTaskChannels<View>(
  deps: Deps,
  voiceOf: (taskId: string) => Voice<View>,
): TaskChannels {
  const channels = new Map<string, TaskChannel<View>>();

  function channelOf(taskId: string): TaskChannel<View> {
    const open = channels.get(taskId);
    if (open !== undefined) return open;
    const channel: TaskChannel<View> = new TaskChannel({
      ...voiceOf(taskId),
      watch: (onChange) => deps.executor.tasks.watch(taskId, onChange),
      after: deps.after,
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
      let channel = null as TaskChannel<View> | null;
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
