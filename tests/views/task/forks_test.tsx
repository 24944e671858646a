import assert from "node:assert/strict";
import type { ForkedFromDetail } from "../../../executor/task.ts";
import { paths } from "../../../routes/paths.ts";
import { domIds } from "../../../views/dom_ids.ts";
import { taskChanges } from "../../../views/task/live.tsx";
import { stepForks, wholeForks } from "../../../views/task/fork_choices.ts";
import { ForkForm } from "../../../views/task/fork_form.tsx";
import { TaskForkedFrom, TaskForks } from "../../../views/task/forks.tsx";
import { Step } from "../../../views/task/step.tsx";
import { stepProps } from "../../../views/task/steps.tsx";
import { context, htmlOf } from "../samples.ts";
import {
  completedTask,
  failedTask,
  HOSTILE,
  NOW,
  runningTask,
  states,
  step,
  viewOf,
} from "./samples.ts";

const PARENT = "tsk_01m81t3n1rcjyp7mnbdrv3jw5a";
const COPIED = { ...states.completed, copied: true } as const;
const FROM: ForkedFromDetail = {
  taskId: PARENT,
  stepId: "s3",
  stepName: "Summary",
  savedMs: 14_000,
  savedTokens: 1_200,
  exists: true,
};

function forkOf(from: Partial<ForkedFromDetail> = {}) {
  const steps = [step(1, COPIED), step(2, COPIED), step(3, states.running, { needs: [1, 2] })];
  return runningTask({ forkedFrom: { ...FROM, ...from }, steps });
}

function wordsOf(element: Parameters<typeof htmlOf>[0]): string {
  return htmlOf(element).replaceAll(/<[^>]*>/g, "").replaceAll("&quot;", '"').trim();
}

Deno.test("TaskForkedFrom says which task, at which step, and what that saved", () => {
  const view = viewOf(forkOf());
  assert.equal(
    wordsOf(<TaskForkedFrom view={view} />),
    `Forked from ${PARENT} at step “Summary”: 2 steps copied, saved 14.0 s and 1,200 tokens.`,
  );
  assert.ok(htmlOf(<TaskForkedFrom view={view} />).includes(`href="${paths.task(PARENT)}"`));
  const free = viewOf(forkOf({ savedTokens: 0 }));
  assert.match(wordsOf(<TaskForkedFrom view={free} />), /saved 14\.0 s\.$/);
});

Deno.test("TaskForkedFrom says when nothing was copied, and is empty for what is no fork", () => {
  const whole = viewOf(completedTask({ forkedFrom: { ...FROM, stepId: null, stepName: null } }));
  assert.equal(wordsOf(<TaskForkedFrom view={whole} />), `Forked from ${PARENT} as a whole.`);
  const first = viewOf(completedTask({ forkedFrom: FROM }));
  assert.match(wordsOf(<TaskForkedFrom view={first} />), /: no step was copied\.$/);
  assert.equal(wordsOf(<TaskForkedFrom view={viewOf(completedTask())} />), "");
});

Deno.test("TaskForkedFrom links to no task that was deleted", () => {
  const view = viewOf(forkOf({ exists: false }));
  assert.equal(htmlOf(<TaskForkedFrom view={view} />).includes("<a "), false);
  assert.match(wordsOf(<TaskForkedFrom view={view} />), /\(deleted\) at step/);
});

Deno.test("Step that was copied says so, from where, and keeps its time", () => {
  const view = viewOf(forkOf());
  const html = (number: number) => {
    const detail = view.detail.steps[number - 1] ?? assert.fail();
    return htmlOf(<Step {...stepProps(view, detail)} context={context} />);
  };
  assert.match(html(1), /<span class="step-attempt">copied<\/span>/);
  assert.match(html(1), /Copied from <a href="\/tasks\/tsk_01m81t3n1rcjyp7mnbdrv3jw5a">/);
  assert.match(html(1), /2\.4 s/);
  assert.doesNotMatch(html(3), /opied/);
});

Deno.test("TaskForks lists forks with their step, and their version where it is another", () => {
  const forks = [
    { id: `${PARENT.slice(0, -1)}c`, stepName: HOSTILE, version: 15, createdAt: NOW },
    { id: `${PARENT.slice(0, -1)}b`, stepName: null, version: 14, createdAt: NOW - 1_000 },
  ];
  const view = viewOf(completedTask({ forks }));
  const html = htmlOf(<TaskForks view={view} context={context} />);
  assert.doesNotMatch(html, /<script|<img/);
  assert.match(html, /At step “[^]*”, version 15, <time/);
  assert.match(html, /As a whole, <time/);
  assert.ok(html.indexOf(forks[0]?.id ?? "") < html.indexOf(forks[1]?.id ?? ""));
  assert.doesNotMatch(html, /The newest/);
  const more = viewOf(completedTask({ forks, hasMoreForks: true }));
  assert.match(htmlOf(<TaskForks view={more} context={context} />), /The newest 2/);
  const none = htmlOf(<TaskForks view={viewOf(completedTask())} context={context} />);
  assert.doesNotMatch(none, /Forks/);
});

Deno.test("stepForks offers each step that has ended and has what it needs", () => {
  const failed = viewOf(failedTask());
  const offered = failed.detail.steps.map((each) => stepForks(failed, each).length > 0);
  assert.deepEqual(offered, [true, true, false], "the third waited for the one that failed");
  const running = viewOf(runningTask());
  const begun = running.detail.steps.map((each) => stepForks(running, each).length > 0);
  assert.deepEqual(begun, [true, false, false]);
});

Deno.test("stepForks names the versions only where the app has moved on", () => {
  const detail = completedTask();
  const labels = (latest: { version: number; stepIds: string[] } | null) =>
    stepForks(viewOf(detail, { latest }), detail.steps[0] ?? assert.fail())
      .map(({ version, label }) => [version, label]);
  assert.deepEqual(labels({ version: 14, stepIds: ["s1"] }), [["latest", "Run from here"]]);
  assert.deepEqual(labels({ version: 15, stepIds: ["s1"] }), [
    ["latest", "Run from here, version 15"],
    ["same", "Run from here, version 14"],
  ]);
  for (const latest of [{ version: 15, stepIds: ["s2"] }, null]) {
    assert.deepEqual(labels(latest), [["same", "Run from here, version 14"]]);
  }
});

Deno.test("wholeForks offers what the form does not", () => {
  const labels = (detail: ReturnType<typeof completedTask>, version: number | null) =>
    wholeForks(viewOf(detail, { latest: version === null ? null : { version, stepIds: [] } }))
      .map(({ label }) => label);
  assert.deepEqual(labels(completedTask(), 14), []);
  assert.deepEqual(labels(completedTask(), 15), [
    "Same inputs, latest version",
    "Same inputs, version 14",
  ]);
  assert.deepEqual(labels(completedTask(), null), ["Same inputs, version 14"]);
  assert.deepEqual(labels(completedTask({ inputs: [] }), 15), ["Version 14"]);
  assert.deepEqual(labels(runningTask(), 15), []);
});

Deno.test("ForkForm is a real form, and asks once by htmx", () => {
  const buttons = [{ version: "same", label: "Run from here" }] as const;
  const html = htmlOf(
    <ForkForm taskId={PARENT} from={{ id: "s2", number: 2 }} buttons={buttons} />,
  );
  assert.match(html, /<form class="fork-form" method="post" action="\/tasks\/tsk_\w+\/forks"/);
  assert.match(html, /hx-sync="drop"/);
  assert.match(html, /<input type="hidden" name="from" value="s2">/);
  assert.match(html, /<button [^>]*type="submit" name="version" value="same"/);
  assert.match(html, /aria-describedby="step-2-summary"/, "the buttons of two steps differ");
  const whole = htmlOf(<ForkForm taskId={PARENT} from={null} buttons={buttons} />);
  assert.doesNotMatch(whole, /name="from"|aria-describedby/);
});

Deno.test("taskChanges tells of a fork, and of the deletion of what a task was forked from", () => {
  const fork = { id: PARENT, stepName: null, version: 14, createdAt: NOW };
  const before = viewOf(forkOf());
  const after = viewOf({ ...forkOf({ exists: false }), forks: [fork] });
  const message = taskChanges(before, after, NOW) ?? "";
  for (const id of [domIds.taskForkedFrom, domIds.taskForks, domIds.step(1)]) {
    assert.ok(message.includes(`hx-target="#${id}"`), id);
  }
  assert.equal(message.includes(`hx-target="#${domIds.step(3)}"`), false);
});
