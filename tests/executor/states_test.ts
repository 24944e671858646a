import assert from "node:assert/strict";
import { progressOf, type StepState } from "../../executor/states.ts";

const ENDED = { attempt: 1, startedAt: 400, finishedAt: 450 };

Deno.test("progressOf counts as the page says it", () => {
  const queued: StepState = { status: "queued", attempt: 0 };
  const running: StepState = { status: "running", attempt: 1, startedAt: 500 };
  const completed: StepState = { status: "completed", ...ENDED };
  const failed: StepState = { status: "failed", ...ENDED };
  const tolerated: StepState = { status: "failed", ...ENDED, isTolerated: true };
  const skipped: StepState = { status: "skipped", attempt: 0, finishedAt: 450 };
  const cancelled: StepState = { status: "cancelled", ...ENDED };
  const cases: [StepState[], number, number][] = [
    [[], 0, 0],
    [[queued, queued], 0, 0],
    [[running, queued], 1, 0],
    [[running, running, queued], 1, 0],
    [[completed, running], 2, 1],
    [[completed, queued], 1, 1],
    [[completed, completed], 2, 2],
    [[completed, failed, skipped], 2, 2],
    [[completed, tolerated, running], 3, 2],
    [[completed, cancelled, skipped], 2, 2],
  ];
  for (const [steps, step, done] of cases) {
    assert.deepEqual(progressOf(steps), { step, total: steps.length, completed: done });
  }
});
