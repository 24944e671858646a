import assert from "node:assert/strict";
import type { SkipReason, StepDetail, TaskDetail, Usage } from "../../../executor/task.ts";
import { renderNow } from "../../../views/render.ts";
import { TaskPage } from "../../../views/task/task_page.tsx";
import type { TaskView } from "../../../views/task/task_view.ts";
import {
  cancelledTask,
  completedTask,
  failedTask,
  HOSTILE,
  NOW,
  runningTask,
  STARTED,
  states,
  step,
  viewOf,
  whole,
} from "./samples.ts";
import { ANYBODY } from "../samples.ts";

const RUN_AGAIN = viewOf(completedTask()).runAgain ?? assert.fail("It can be run again");
const CONTEXT = {
  now: NOW,
  timeZone: "UTC",
  assets: { stylesheet: "/s.css", sideStylesheet: "/side.css", dialogScript: "/d.js", scripts: [] },
  reader: ANYBODY,
};

Deno.test("TaskPage of a running task follows it, and offers to cancel", () => {
  const html = page(runningTask());
  assert.ok(html.includes('hx-sse:connect="/events" hx-sse:close="done"'));
  assert.ok(
    html.includes('<meta http-equiv="refresh" content="3"/></noscript>') ||
      html.includes('<meta http-equiv="refresh" content="3"></noscript>'),
  );
  assert.ok(
    html.includes(
      '<form method="post" action="/tasks/tsk_01m81t3n1rcjyp7mnbdrv3jw5d/cancellation"',
    ),
  );
  assert.ok(!html.includes("Run again"));
  assert.ok(html.includes("<title>Text brief, running – Callboard</title>"));
});

Deno.test("TaskPage says where a running task stands, to eyes and ears", () => {
  const html = page(runningTask());
  assert.ok(html.includes(">Step 2 of 3</h2>"));
  assert.ok(html.includes('<span data-clock="41000">0:41</span>'));
  assert.ok(html.includes("1 completed, 1 running, 1 queued</p>"));
  assert.ok(html.includes('aria-valuemax="3" aria-valuenow="1"'));
  assert.ok(html.includes('aria-valuetext="Step 2 of 3: 1 completed, 1 running, 1 queued"'));
  assert.match(html, /aria-live="polite"><span class="status status--badge status--head"/);
});

Deno.test("TaskPage of an accepted task says that it has not started", () => {
  const steps = [1, 2, 3].map((number) => step(number, states.queued, { given: null }));
  const html = page(
    runningTask({ startedAt: null, steps, progress: { step: 0, total: 3, completed: 0 } }),
  );
  assert.ok(html.includes(">3 steps</h2>"));
  assert.ok(html.includes("<dd>Not yet</dd>"));
  assert.ok(!html.includes("data-clock"));
});

Deno.test("TaskPage of a task that waits for others of its app says why it stands still", () => {
  const started = page(runningTask());
  assert.ok(!started.includes("Waiting:"));
  for (
    const [waitsForSlotOf, words] of [
      [1, "Waiting: 1 task of this app runs already, and it allows 1 at once"],
      [2, "Waiting: 2 tasks of this app run already, and it allows 2 at once"],
    ] as const
  ) {
    assert.ok(page(runningTask({ waitsForSlotOf })).includes(`<p class="steps-note">${words}</p>`));
  }
});

Deno.test("TaskPage of a completed task shows its outputs, and does not follow it", () => {
  const html = page(completedTask());
  assert.ok(!html.includes("hx-sse:connect") && !html.includes("http-equiv"));
  assert.ok(html.includes(">3 of 3 steps</h2>") && html.includes(">1 min 52 s</p>"));
  assert.ok(html.includes('href="#output-of-brief"') && html.includes('id="output-of-brief"'));
  assert.ok(html.includes('<h4 class="t1">Title</h4>'));
  assert.ok(html.includes('<span class="k">&quot;words&quot;</span>: <span class="n">12</span>'));
  assert.ok(html.includes('data-copy="/tasks/tsk_01m81t3n1rcjyp7mnbdrv3jw5d/outputs/brief"'));
  assert.ok(html.includes('/outputs/numbers?download" download'));
  assert.ok(html.includes('id="run-again"') && html.includes("on version 15."));
});

Deno.test("TaskPage shows one output without tabs", () => {
  const html = page(completedTask({ outputs: completedTask().outputs.slice(0, 1) }));
  assert.ok(!html.includes("data-tabs") && html.includes("data-copy="));
});

Deno.test("TaskPage says so where an output is empty, and where there is none", () => {
  const value = { text: "\n", length: 1, isCut: false };
  const empty = page(
    completedTask({ outputs: [{ name: "brief", label: "Brief", type: "markdown", value }] }),
  );
  assert.ok(empty.includes('<p class="muted">Empty</p>') && !empty.includes("prose"));
  const none = "This app has no outputs.";
  assert.ok(page(completedTask({ outputs: [] })).includes(none));
  assert.ok(!page(runningTask()).includes(none) && !page(completedTask()).includes(none));
});

Deno.test("TaskPage speaks of inputs only where there are some", () => {
  const html = page(completedTask({ inputs: [] }), {
    runAgain: { ...RUN_AGAIN, inputs: [] },
  });
  assert.ok(html.includes("This task has no inputs.") && html.includes("A new task, on version"));
  assert.ok(page(completedTask()).includes("A new task with these inputs, on version 15."));
});

Deno.test("TaskPage shows the beginning of a long output as text and says so", () => {
  const value = { text: "# The beginning", length: 2_000_000, isCut: true };
  const html = page(
    completedTask({ outputs: [{ name: "long", label: "Long", type: "markdown", value }] }),
  );
  assert.ok(
    html.includes("The first 15 of 2,000,000 characters. Copy and Download give all of it."),
  );
  assert.ok(html.includes("<code># The beginning</code>"));
});

Deno.test("TaskPage lets what an app wrote run its own way, and JSON from the left", () => {
  const html = page(completedTask());
  assert.ok(html.includes('<div class="prose" dir="auto">'));
  assert.match(html, /<pre class="code code--wrap"><code>[^]{0,40}<span class="k">/);
  const value = { text: "مرحبا", length: 5, isCut: false };
  const text = page(
    completedTask({ outputs: [{ name: "hello", label: "Hello", type: "text", value }] }),
  );
  assert.ok(text.includes('<pre class="code code--wrap" dir="auto"><code>مرحبا</code>'));
});

Deno.test("TaskPage of a failed task says why, and what can be done", () => {
  const html = page(failedTask());
  assert.ok(html.includes("Step 2, “Step 2”, failed</h2>"));
  assert.ok(html.includes('<p class="fault-what">The model service answered 401.</p>'));
  assert.ok(html.includes("1 step did not run because of this."));
  assert.ok(html.includes('<a class="button button--primary" href="/studio/app_1">'));
  assert.ok(html.includes('<a class="button" href="#run-again">'));
  assert.ok(html.includes(">Failed at step 2 of 3</h2>"));
  assert.ok(html.includes("Step 2 had failed"));
});

Deno.test("TaskPage opens the failed step and no other", () => {
  assert.deepEqual(openSteps(page(failedTask())), ["step-2"]);
  for (const detail of [runningTask(), completedTask(), cancelledTask()]) {
    assert.deepEqual(openSteps(page(detail)), []);
  }
});

Deno.test("TaskPage names the output that a task failed at", () => {
  const error = { stepId: null, outputName: "facts", message: "Cannot parse it" };
  const { steps } = completedTask();
  const html = page(failedTask({ error, failedOutput: "All the facts", steps }));
  assert.ok(html.includes("The output “All the facts” could not be made</h2>"));
  assert.ok(html.includes(">3 of 3 steps</h2>"));
});

Deno.test("TaskPage of a cancelled task says so", () => {
  const html = page(cancelledTask());
  assert.match(html, /Cancelled <time [^>]+>22 Nov, 14:21:19<\/time>[^<]*It has no output\.</);
  assert.ok(html.includes(">Cancelled after 1 of 3 steps</h2>"));
  assert.ok(html.includes('id="run-again"'));
});

Deno.test("TaskPage of a cancelled task says when what ran had stopped, and what was used", () => {
  const asking = step(2, states.cancelled, { holds: "request to the model" });
  const finishedAt = STARTED + 12_400;
  const said = (more: Partial<TaskDetail>) =>
    /<p class="task-note">([^]*?)<\/p>/.exec(page(cancelledTask({ finishedAt, ...more })))?.[1]
      ?.replace(/<[^>]+>/g, "");
  const when = "Cancelled 22 Nov, 14:21:19";
  const end = ". It has no output.";
  const cases: [Partial<TaskDetail>, string][] = [
    [{ usage: null }, `${when}${end}`],
    [{}, `${when} · 4,060 tokens used${end}`],
    [{ closedAt: null, usage: null }, `${when} · stopping what ran…${end}`],
    [{ closedAt: finishedAt + 8, usage: null }, `${when} · what ran stopped 8 ms later${end}`],
    [
      { closedAt: null, steps: [asking] },
      `${when} · closing the request to the model… · 4,060 tokens used, not counting what was closed` +
      end,
    ],
    [
      { closedAt: finishedAt + 204, steps: [asking], usage: null },
      `${when} · the last request to the model closed 0.2 s later · ` +
      `the tokens it used are not known${end}`,
    ],
  ];
  for (const [more, words] of cases) assert.equal(said(more), words);
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

Deno.test("TaskPage of a deleted app offers to run the version it kept, and not to edit it", () => {
  const html = page(failedTask(), { isEditable: false, latest: null, runAgain: null });
  assert.ok(!html.includes("Edit in Studio"));
  assert.ok(html.includes("This app has been deleted"));
  assert.match(html, /id="run-again"[^]*Same inputs, version 14/);
  assert.equal(html.includes("data-guarded-form"), false);
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
    steps: [
      step(1, states.queued, { given: null, needs: [] }),
      step(2, states.queued, { given: null, needs: [1] }),
      step(3, { ...states.skipped }, { given: null, needs: [1, 2] }),
    ],
  }));
  assert.ok(
    html.includes("Waits for step 1<") && html.includes("Needs the result of steps 1 and 2<"),
  );
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

Deno.test("TaskPage folds long inputs and links only to the web", () => {
  const html = page(runningTask({
    inputs: [
      { name: "a", label: "Long", type: "multiline", value: whole("x".repeat(442)) },
      { name: "b", label: "Cut", type: "text", value: { text: "abc", length: 5000, isCut: true } },
      { name: "c", label: "Web", type: "url", value: whole("https://example.org/a?b=1&c=2") },
      { name: "d", label: "Trap", type: "url", value: whole("javascript:alert(1)") },
      { name: "e", label: "None", type: "text", value: whole("") },
    ],
  }));
  assert.ok(html.includes("All 442 characters</summary>"));
  assert.ok(html.includes("The first 3 of 5,000 characters</summary>"));
  assert.ok(
    html.includes('<a href="https://example.org/a?b=1&amp;c=2" rel="nofollow noopener ugc">'),
  );
  assert.ok(html.includes(">javascript:alert(1)</dd>"));
  assert.ok(html.includes('<span class="muted">Empty</span>'));
});

Deno.test("TaskPage has each id once, and every reference to one leads somewhere", () => {
  for (const detail of [runningTask(), completedTask(), failedTask(), cancelledTask()]) {
    const html = page(detail);
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    assert.deepEqual(ids.filter((id, index) => ids.indexOf(id) !== index), []);
    for (
      const [, names = ""] of html.matchAll(/ (?:aria-labelledby|aria-describedby|for)="([^"]+)"/g)
    ) {
      for (const name of names.split(" ")) assert.ok(ids.includes(name), name);
    }
  }
});

Deno.test("TaskPage has no inline script or style, and shows hostile text as text", () => {
  const html = page(completedTask({
    app: { id: "app_1", name: HOSTILE, version: 1 },
    description: HOSTILE,
    inputs: [{ name: "text", label: HOSTILE, type: "text", value: whole(HOSTILE) }],
    steps: [
      step(1, states.completed, {
        name: HOSTILE,
        given: [{ name: HOSTILE, value: whole(HOSTILE) }],
      }),
    ],
    levels: [["s1"]],
    outputs: [{ name: "a", label: HOSTILE, type: "markdown", value: whole(HOSTILE) }],
  }));
  assert.equal(
    html.match(/<script(?! type="module"| defer)|<style|<[a-z][^<>]* (?:style|on\w+)=|<img|<hx-/g),
    null,
  );
});

Deno.test("TaskPage shows times in the reader's zone", () => {
  const html = renderNow(
    <TaskPage
      context={{ ...CONTEXT, timeZone: "Asia/Tokyo" }}
      view={viewOf(runningTask({ startedAt: STARTED }))}
      eventsUrl="/events"
    />,
  );
  assert.ok(html.includes(">22 Nov, 23:21:07</time>"));
});

function page(detail: TaskDetail, more: Partial<TaskView> = {}): string {
  return renderNow(<TaskPage context={CONTEXT} view={viewOf(detail, more)} eventsUrl="/events" />);
}

function openSteps(html: string): string[] {
  return [...html.matchAll(/<details class="step" id="([\w-]+)"[^>]* open>/g)]
    .map(([, id = ""]) => id);
}
