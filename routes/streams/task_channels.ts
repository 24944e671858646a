import type { Deps } from "../deps.ts";
import type { Hold } from "./event_stream.ts";
import { TaskChannel, type Voice } from "./task_channel.ts";

/** The tasks that are being followed: one channel each, however many readers it has. */
export interface TaskChannels {
  /** A stream of a task's changes. */
  follow(taskId: string, reader: NewReader): Response;
}

/** Who begins to follow. */
export interface NewReader {
  /** The id of the state it has, if any. */
  readonly has: string | null;
  /** Its right to follow, where that can be taken away. */
  readonly hold?: Hold;
}

/** @param voiceOf How a task is told in these channels. */
export function createTaskChannels<View>(
  deps: Deps,
  voiceOf: (taskId: string) => Voice<View>,
): TaskChannels {
  const channels = createChannels<View>(deps);
  return {
    follow: (taskId, reader) =>
      channels.follow({ name: taskId, taskId, voice: () => voiceOf(taskId) }, reader),
  };
}

/** What the readers of one channel follow. */
export interface Followed<View> {
  /** Names the channel: all its readers get the same bytes. */
  readonly name: string;
  readonly taskId: string;
  /** How the task is told there. */
  readonly voice: () => Voice<View>;
}

/** Channels that are open as long as they have readers. */
export interface Channels<View> {
  follow(followed: Followed<View>, reader: NewReader): Response;
}

export function createChannels<View>(deps: Deps): Channels<View> {
  const channels = new Map<string, TaskChannel<View>>();

  function channelOf({ name, taskId, voice }: Followed<View>): TaskChannel<View> {
    const open = channels.get(name);
    if (open !== undefined) return open;
    const channel: TaskChannel<View> = new TaskChannel({
      ...voice(),
      watch: (onChange) => deps.executor.tasks.watch(taskId, onChange),
      after: deps.after,
      onError: (error) => deps.onError(error, "task stream", { taskId }),
      onEmpty: () => {
        if (channels.get(name) === channel) channels.delete(name);
      },
    });
    channels.set(name, channel);
    return channel;
  }

  return {
    follow(followed, { has, hold }) {
      let channel: TaskChannel<View> | null = null;
      return deps.streams.open({
        topic: "task",
        right: hold && { hold, farewell: followed.voice().farewell },
        onOpen(reader) {
          channel = channelOf(followed);
          channel.join(reader, has);
        },
        onCaughtUp(reader) {
          channel = channelOf(followed);
          channel.join(reader, null);
        },
        onClose: (reader) => channel?.leave(reader),
      });
    },
  };
}
