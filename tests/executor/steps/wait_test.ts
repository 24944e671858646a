import assert from "node:assert/strict";
import { MAX_WAIT_SECONDS, wait } from "../../../executor/steps/wait.ts";
import { stepRun } from "./step_run.ts";

const now = Date.UTC(2026, 0, 2, 3, 4, 5);
const services = { now: () => now };

Deno.test("wait asks to be woken after its seconds", async () => {
  for (const [seconds, ms] of [[2, 2000], ["2", 2000], [" 1.5\n", 1500], ["+.25", 250]] as const) {
    const { run } = stepRun({ seconds }, { services });
    assert.deepEqual(await wait.run(run), { type: "wait", until: now + ms }, String(seconds));
  }
  const { run } = stepRun({ seconds: MAX_WAIT_SECONDS }, { services });
  assert.deepEqual(await wait.run(run), { type: "wait", until: now + 365 * 86_400_000 });
});

Deno.test("wait is done once it was resumed, with the time as its output", async () => {
  const { run } = stepRun({ seconds: 60 }, { services, resumedAt: now + 60_000 });
  assert.deepEqual(await wait.run(run), { type: "done", output: "2026-01-02T03:05:05.000Z" });
});

Deno.test("wait of 0 seconds is done at once", async () => {
  for (const seconds of [0, "0", "-0", "0.0"]) {
    const { run } = stepRun({ seconds }, { services });
    assert.deepEqual(await wait.run(run), { type: "done", output: "2026-01-02T03:04:05.000Z" });
  }
});

Deno.test("wait refuses what is no number of seconds, quoting it", async () => {
  const wrong = ["", "soon", "-1", -1, "1e3", "0x10", "1,5", "Infinity", MAX_WAIT_SECONDS + 1];
  for (const seconds of wrong) {
    const { run } = stepRun({ seconds }, { services });
    await assert.rejects(wait.run(run), {
      name: "PermanentError",
      message: `Cannot use ${JSON.stringify(seconds)} as "seconds": ` +
        "it has to be a number from 0 to 31536000",
    });
  }
});
