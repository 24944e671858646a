import assert from "node:assert/strict";
import { createIds } from "../../../executor/ids.ts";
import { idsOf } from "../../../routes/telemetry/spans.ts";

Deno.test("idsOf a task are its ULID's bits, the same in every process", () => {
  assert.deepEqual(idsOf("tsk_7zzzzzzzzzzzzzzzzzzzzzzzzz"), {
    traceId: "f".repeat(32),
    spanId: "f".repeat(16),
  });
  assert.equal(idsOf("tsk_00000000000000000000000010").traceId, "20".padStart(32, "0"));
  const now = Date.UTC(2026, 0, 2);
  const { traceId } = idsOf(createIds(() => 0.5).task(now));
  assert.equal(parseInt(traceId.slice(0, 12), 16), now, "it begins with the time");
});
