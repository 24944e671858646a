import assert from "node:assert/strict";
import type { SkipReason, StepDetail, Usage } from "../../../executor/task.ts";
import {
  cancelledTask,
  completedTask,
  failedTask,
  NOW,
  runningTask,
  states,
  step,
  whole,
} from "./samples.ts";
import { page } from "./page_of.tsx";

Deno.test("TaskPage opens the failed step and no other", () => {
  assert.deepEqual(openSteps(page(failedTask())), ["step-2"]);
  for (const detail of [runningTask(), completedTask(), cancelledTask()]) {
    assert.deepEqual(openSteps(page(detail)), []);
  }
});

Deno.test("TaskPage says why a step was skipped", () => {
  const skipped = (number: number, reason: SkipReason, more: Partial<StepDetail> = {}) =>
    step(number, { ...states.skipped, reason }, { given: null, ...more });
  const html = page(completedTask({
    steps: [
      skipped(1, "condition", { when: "inputs.tone == '<b>'" }),
      skipped(2, "needs"),
      skipped(3, "ended"),
    ],
  }));
  assert.ok(html.includes('<span class="step-attempt">condition not met</span>'));
  assert.match(
    html,
    /Its condition was not met:<\/p><pre[^>]*><code>inputs\.tone == (?:&#39;|')&lt;b>?/,
  );
  assert.ok(!html.includes("Runs only if"));
  assert.ok(html.includes("Everything it needs was skipped"));
  assert.ok(html.includes("The task had ended"));
  const failed = page(failedTask({
    steps: [step(1, states.completed), step(2, states.failed), skipped(3, "needs")],
  }));
  assert.ok(!failed.includes("did not run because of this"), "the failure kept it from nothing");
});

Deno.test("TaskPage of a completed task that skipped steps does not look unfinished", () => {
  const html = page(completedTask({
    steps: [
      step(1, states.completed),
      step(2, { ...states.skipped, reason: "condition" }),
      step(3, { ...states.skipped, reason: "needs" }),
    ],
  }));
  assert.ok(html.includes(">3 steps</h2>"));
  assert.ok(html.includes('<p class="steps-note">1 completed, 2 skipped</p>'));
  assert.ok(html.includes('aria-valuetext="3 steps: 1 completed, 2 skipped"'));
});

Deno.test("TaskPage tells the condition of a step that has one", () => {
  const html = page(
    runningTask({ steps: [step(1, states.running, { when: "steps.a.output > 3" })] }),
  );
  assert.match(html, /Runs only if<\/h3><pre[^>]*><code>steps\.a\.output &gt; 3/);
});

Deno.test("TaskPage shows a failure that its task got over, folded", () => {
  const got = step(2, { ...states.failed, isTolerated: true }, { error: "Busy" });
  const html = page(completedTask({ steps: [step(1, states.completed), got] }));
  assert.ok(
    html.includes('<span class="step-attempt">3rd attempt, the task went on without it</span>'),
  );
  assert.match(html, /<p class="muted">The task went on without it:<\/p><pre[^>]*><code>Busy</);
  assert.deepEqual(openSteps(html), []);
  assert.doesNotMatch(html, /id="step-2"[^>]*data-opens-when/);
});

Deno.test("TaskPage says once what went wrong several times in a row, and what each time used", () => {
  const failure = (attempt: number, message: string, usage?: Usage) => ({
    attempt,
    startedAt: NOW + attempt * 1_000,
    finishedAt: NOW + attempt * 1_000 + 700,
    message,
    ...(usage && { usage }),
  });
  const failures = [
    failure(1, "Busy", { inputTokens: 1_200, outputTokens: 5 }),
    failure(2, "Busy"),
    failure(3, "Cut"),
    failure(4, "Busy"),
  ];
  const html = page(failedTask({ steps: [step(1, states.failed, { failures })] }));
  const list = /<dl class="failures">([^]*?)<\/dl>/.exec(html)?.[1] ?? "";
  assert.deepEqual(list.match(/<code>[^<]*<\/code>/g), [
    "<code>Busy</code>",
    "<code>Cut</code>",
    "<code>Busy</code>",
  ]);
  const attempts = [...list.matchAll(/<dt[^>]*>([^]*?)<\/dt>/g)].map(([, dt = ""]) => dt);
  assert.deepEqual(attempts.map((dt) => dt.replace(/<[^>]+>/g, "")), [
    "1st attempt, 22 Nov, 14:21:49, 0.7 s, tokens: 1,200 in, 5 out",
    "2nd attempt, 22 Nov, 14:21:50, 0.7 s",
    "3rd attempt, 22 Nov, 14:21:51, 0.7 s",
    "4th attempt, 22 Nov, 14:21:52, 0.7 s",
  ]);
});

Deno.test("TaskPage folds the steps of a completed task when they are many", () => {
  const steps = Array.from({ length: 13 }, (_, index) => step(index + 1, states.completed));
  const levels = steps.map(({ id }) => [id]);
  const done = page(
    completedTask({ steps, levels, progress: { step: 13, total: 13, completed: 13 } }),
  );
  assert.match(
    done,
    /<details class="fold steps-fold"[^>]*data-closes-when="completed"\s*><summary>/,
  );
  const failed = page(failedTask({ steps, levels }));
  assert.match(failed, /<details class="fold steps-fold"[^>]* open>/);
  assert.ok(!page(completedTask()).includes("steps-fold"));
});

Deno.test("TaskPage says until when a step waits and when one is tried again", () => {
  const html = page(runningTask({
    steps: [
      step(1, { ...states.running, resumeAt: Date.UTC(2026, 10, 22, 15, 0, 0) }),
      step(2, { status: "queued", attempt: 1, retryAt: Date.UTC(2026, 10, 22, 14, 30, 0) }, {
        failures: [{
          attempt: 1,
          startedAt: NOW - 700,
          finishedAt: NOW,
          message: "The model service answered 429 <b>",
        }],
      }),
      step(3, { ...states.running, attempt: 2 }),
    ],
  }));
  assert.match(html, /waits until <time [^>]+>22 Nov, 15:00:00<\/time>/);
  assert.match(html, /2nd attempt at <time [^>]+>22 Nov, 14:30:00<\/time>/);
  assert.match(html, /1st attempt, <time [^>]+>22 Nov, 14:21:47<\/time>, 0\.7 s<\/dt>/);
  assert.ok(html.includes("The model service answered 429 &lt;b&gt;"));
  assert.ok(html.includes('<span class="step-attempt">2nd attempt</span>'));
});

Deno.test("TaskPage says what a step is waiting for, or what it needed", () => {
  const html = page(runningTask({
    levels: [["s1"], ["s2", "s3", "s4"]],
    steps: [
      step(1, states.queued, { given: null, needs: [] }),
      step(2, states.queued, { given: null, needs: [1] }),
      step(3, { ...states.skipped }, { given: null, needs: [1, 2] }),
      step(4, { ...states.skipped }, { given: null, needs: [] }),
    ],
  }));
  assert.ok(
    html.includes("Waits for step 1<") && html.includes("Needs the result of steps 1 and 2<"),
  );
  assert.ok(html.includes(">Not known yet<") && html.includes(">Nothing, as it did not run<"));
});

Deno.test("TaskPage shows what a step has written while it runs, and its result after", () => {
  const running = page(runningTask());
  assert.ok(running.includes('id="step-2-words">Written so far, 2 words</h3>'));
  assert.ok(running.includes('<p id="step-2-written">So far</p>'));
  const written = { attempt: 1, text: "So far", length: 6 };
  const done = step(2, states.completed, {
    written,
    result: { format: "json", value: whole('{"a":1}') },
  });
  const html = page(runningTask({ steps: [done] }));
  assert.ok(
    !html.includes("step-2-written") && html.includes('<span class="k">&quot;a&quot;</span>'),
  );
});

function openSteps(html: string): string[] {
  return [...html.matchAll(/<details class="step" id="([\w-]+)"[^>]* open>/g)]
    .map(([, id = ""]) => id);
}
