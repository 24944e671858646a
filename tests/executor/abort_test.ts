import assert from "node:assert/strict";
import { anyAborted } from "../../executor/abort.ts";
import { collectGarbage } from "../helpers/garbage.ts";

Deno.test("anyAborted is aborted with the first of its sources, for its reason", () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const signal = anyAborted(first.signal, second.signal);
  assert.equal(signal.aborted, false);
  second.abort("enough");
  first.abort("late");
  assert.equal(signal.reason, "enough");
  assert.equal(anyAborted(first.signal).reason, "late");
});

Deno.test("anyAborted is heard of after the garbage collector has come by", async () => {
  const source = new AbortController();
  const heard = Promise.withResolvers<void>();
  (() => {
    const inner = anyAborted(source.signal, new AbortController().signal);
    anyAborted(inner).addEventListener("abort", () => heard.resolve());
  })();
  await collectGarbage();
  source.abort();
  await heard.promise;
});
