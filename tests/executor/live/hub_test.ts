import assert from "node:assert/strict";
import { createHub } from "../../../executor/live/hub.ts";

Deno.test("watchTask: who ends twice does not end those who came later", () => {
  const hub = createHub();
  const seen: string[] = [];
  const unwatch = hub.watchTask("tsk_1", () => seen.push("first"));
  unwatch();
  const unwatchLater = hub.watchTask("tsk_1", () => seen.push("later"));
  unwatch();
  hub.taskChanged("tsk_1");
  assert.deepEqual(seen, ["later"]);
  unwatchLater();
  hub.taskChanged("tsk_1");
  assert.deepEqual(seen, ["later"]);
});

Deno.test("watchTask tells of text that is written, of this task alone", () => {
  const hub = createHub();
  const seen: (string | null)[] = [];
  const ref = { taskId: "tsk_1", stepId: "a", startedAt: 1 };
  hub.watchTask("tsk_1", () => seen.push(hub.textOf(ref)));
  hub.textChanged(ref, "one");
  hub.textChanged({ ...ref, taskId: "tsk_2" }, "other");
  hub.textChanged(ref, "one two");
  assert.deepEqual(seen, ["one", "one two"]);
});

Deno.test("textOf gives what a run has written until it ends, or its task leaves", () => {
  const hub = createHub();
  const ref = { taskId: "tsk_1", stepId: "a", startedAt: 1 };
  const again = { ...ref, startedAt: 2 };
  hub.textChanged(ref, "one");
  hub.textChanged(again, "two");
  assert.deepEqual([hub.textOf(ref), hub.textOf(again)], ["one", "two"]);
  hub.textEnded(ref);
  assert.deepEqual([hub.textOf(ref), hub.textOf(again)], [null, "two"]);
  hub.taskLeft("tsk_1");
  assert.equal(hub.textOf(again), null);
});
