import assert from "node:assert/strict";
import { stepKinds } from "../../../executor/steps/registry.ts";
import { stepRun } from "./step_run.ts";

const folder = new URL("../../../executor/steps/", import.meta.url);

Deno.test("stepKinds lists every kind under its own word", () => {
  assert.ok(stepKinds.size > 0);
  for (const [word, kind] of stepKinds) assert.equal(kind.kind, word);
});

for (const kind of stepKinds.values()) {
  Deno.test(`${kind.kind}: its file is named after it and exports it`, async () => {
    const module: Record<string, unknown> = await import(new URL(`${kind.kind}.ts`, folder).href);
    assert.equal(module[kind.kind], kind);
  });

  Deno.test(`${kind.kind}: has a label of one or two words in sentence case`, () => {
    assert.match(kind.label, /^[A-Z][a-z]+( [a-z]+)?$/);
  });

  Deno.test(`${kind.kind}: its config refuses what is none`, async () => {
    for (const garbage of [null, undefined, 1, "text", [], { nonsense: true }]) {
      assert.equal(kind.config.safeParse(garbage).success, false, JSON.stringify(garbage));
      const { run } = stepRun(garbage);
      await assert.rejects(kind.run(run), { name: "PermanentError", message: /its config/ });
    }
  });

  Deno.test(`${kind.kind}: begins nothing when it is already aborted`, async () => {
    const reason = new DOMException("Cancelled", "AbortError");
    const { run, written } = stepRun(null, { signal: AbortSignal.abort(reason) });
    await assert.rejects(kind.run(run), (error) => error === reason);
    assert.deepEqual(written, []);
  });
}
