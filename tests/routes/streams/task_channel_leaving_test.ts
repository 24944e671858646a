import assert from "node:assert/strict";
import type { StreamReader } from "../../../routes/streams/event_stream.ts";
import { TaskChannel } from "../../../routes/streams/task_channel.ts";

Deno.test("a reader who turns out to have left while a snapshot is sent is not kept", async () => {
  const told: string[] = [];
  const { promise: sentToAll, resolve: sent } = Promise.withResolvers<void>();
  const channel = new TaskChannel<string>({
    read: () => Promise.resolve("a state"),
    idOf: (state) => state,
    isLive: () => true,
    snapshot: (data) => ({ data }),
    changes: () => null,
    done: new Uint8Array(),
    gone: new Uint8Array(),
    farewell: null,
    watch: () => () => void told.push("watches no more"),
    after: () => sent(),
    onError: assert.fail,
    onEmpty: () => void told.push("empty"),
  });
  const stays: StreamReader = { send: () => true, close: assert.fail };
  const leaves: StreamReader = {
    send() {
      channel.leave(leaves);
      return true;
    },
    close: assert.fail,
  };
  channel.join(leaves, null);
  channel.join(stays, null);
  await sentToAll;
  assert.deepEqual(told, []);
  channel.leave(stays);
  assert.deepEqual(told, ["watches no more", "empty"]);
});
