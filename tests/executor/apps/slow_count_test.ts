import assert from "node:assert/strict";
import { slowCount } from "../../../executor/apps/slow_count.ts";
import { runApp } from "./run_app.ts";

Deno.test("Slow count counts to four and says when, after each wait", async () => {
  const services = { now: () => Date.UTC(2026, 0, 1, 12) };
  const { count, times } = await runApp(slowCount, { seconds: 90 }, services);
  assert.equal(count, "One, two, three, four.");
  assert.match(times ?? "", /\| Two \| 12:01:30 \|/);
});

Deno.test("Slow count waits two seconds three times unless told otherwise", () => {
  const waits = slowCount.steps.filter(({ kind }) => kind === "wait");
  assert.deepEqual(waits.map(({ config }) => config), [
    { seconds: "{{ inputs.seconds | default: 2 }}" },
    { seconds: "{{ inputs.seconds | default: 2 }}" },
    { seconds: "{{ inputs.seconds | default: 2 }}" },
  ]);
});
