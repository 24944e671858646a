import assert from "node:assert/strict";
import type { SkipReason, StepDetail, TaskDetail } from "../../../executor/task.ts";
import { renderNow } from "../../../views/render.ts";
import { TaskPage } from "../../../views/task/task_page.tsx";
import { context } from "../samples.ts";
import {
  cancelledTask,
  completedTask,
  failedTask,
  HOSTILE,
  runningTask,
  STARTED,
  states,
  step,
  viewOf,
  whole,
} from "./samples.ts";
import { page } from "./page_of.tsx";

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

Deno.test("TaskPage of a completed task names the step of it that took longest", () => {
  const copied = step(1, { ...states.completed, startedAt: 0, copied: true });
  const short = step(2, states.completed);
  const long = step(3, { ...states.completed, startedAt: states.completed.finishedAt - 5_000 });
  const longest = page(completedTask({ steps: [copied, short, long] }));
  assert.ok(longest.includes('<a href="#step-3-body">Step 3</a> took longest: 5.0 s</p>'));
  assert.ok(!page(runningTask()).includes("took longest"));
  const skipped = page(completedTask({ steps: [short, long, step(4, states.skipped)] }));
  assert.ok(skipped.includes('<p class="steps-note">2 completed, 1 skipped</p>'));
  const alone = { steps: [short], progress: { step: 1, total: 1, completed: 1 } };
  assert.ok(page(completedTask(alone)).includes('<p class="steps-note">1 completed</p>'));
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
  const { runAgain } = viewOf(completedTask());
  assert(runAgain !== null, "it can be run again");
  const html = page(completedTask({ inputs: [] }), { runAgain: { ...runAgain, inputs: [] } });
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
  assert.ok(html.includes('<a href="#step-2-body">Step 2</a>, “Step 2”, failed</h2>'));
  assert.ok(html.includes('<div class="step-body" id="step-2-body">'));
  assert.ok(html.includes('<p class="fault-what">The model service answered 401.</p>'));
  assert.ok(html.includes("1 step did not run because of this."));
  assert.ok(html.includes('<a class="button button--primary" href="/studio/app_1">'));
  assert.ok(html.includes('<a class="button" href="#run-again">'));
  assert.ok(html.includes(">Failed at step 2 of 3</h2>"));
  assert.ok(html.includes("Step 2 had failed"));
});

Deno.test("TaskPage ends what a task failed with as a sentence", () => {
  const cases = [
    ["The input “Topic”", "The input “Topic”."],
    ["It refused (401)", "It refused (401)."],
    ["Try again!", "Try again!"],
    ["See the log.", "See the log."],
  ];
  for (const [message = "", sentence] of cases) {
    const html = page(failedTask({ error: { stepId: "s2", message } }));
    assert.ok(html.includes(`<p class="fault-what">${sentence}</p>`), sentence);
  }
});

Deno.test("TaskPage names the output that a task failed at", () => {
  const error = { stepId: null, outputName: "facts", message: "Cannot parse it" };
  const { steps } = completedTask();
  const html = page(failedTask({ error, failedOutput: "All the facts", steps }));
  assert.ok(html.includes("The output “All the facts” could not be made</h2>"));
  assert.ok(html.includes(">3 of 3 steps</h2>"));
});

Deno.test("TaskPage of a task that failed at no step tells whether steps were left to do", () => {
  const error = { stepId: null, message: "It is not known why" };
  const skipped = (reason: SkipReason) => step(2, { ...states.skipped, reason });
  const progress = { step: 3, total: 3, completed: 3 };
  const html = (second: StepDetail, third: StepDetail) =>
    page(failedTask({ error, progress, steps: [step(1, states.completed), second, third] }));
  const through = html(skipped("condition"), step(3, { ...states.failed, isTolerated: true }));
  assert.ok(through.includes(">3 steps</h2>"));
  assert.match(through, /aria-valuenow="3" aria-valuetext="3 steps: 1 completed, 1 failed, 1 s/);
  const cutOff = html(skipped("ended"), step(3, states.completed));
  assert.ok(cutOff.includes(">Failed after 2 of 3 steps</h2>"));
  assert.match(cutOff, /aria-valuenow="2"/);
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

Deno.test("TaskPage of a deleted app offers to run the version it kept, and not to edit it", () => {
  const html = page(failedTask(), { isEditable: false, latest: null, runAgain: null });
  assert.ok(!html.includes("Edit in Studio"));
  assert.ok(html.includes("This app has been deleted"));
  assert.match(html, /id="run-again"[^]*Same inputs, version 14/);
  assert.equal(html.includes("data-guarded-form"), false);
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
    const references = [
      ...html.matchAll(/ (?:aria-labelledby|aria-describedby|for)="([^"]+)"/g),
    ];
    assert.ok(ids.length > 0 && references.length > 0);
    for (const [, names = ""] of references) {
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
      context={{ ...context, timeZone: "Asia/Tokyo" }}
      view={viewOf(runningTask({ startedAt: STARTED }))}
      eventsUrl="/events"
    />,
  );
  assert.ok(html.includes(">22 Nov, 23:21:07</time>"));
});
