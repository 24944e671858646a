import assert from "node:assert/strict";
import type { StepDetail, TaskDetail } from "../../../executor/task.ts";
import { renderNow } from "../../../views/render.ts";
import { taskChanges, taskSnapshot } from "../../../views/task/live.tsx";
import { TaskPage } from "../../../views/task/task_page.tsx";
import type { TaskView } from "../../../views/task/task_view.ts";
import {
  cancelledTask,
  completedTask,
  failedTask,
  HOSTILE,
  NOW,
  runningTask,
  states,
  step,
  viewOf,
} from "./samples.ts";
import { ANYBODY } from "../samples.ts";

const CONTEXT = {
  now: NOW,
  timeZone: "UTC",
  assets: { stylesheet: "/s.css", sideStylesheet: "/side.css", dialogScript: "/d.js", scripts: [] },
  reader: ANYBODY,
};

const TASKS: Record<string, TaskDetail> = {
  running: runningTask(),
  completed: completedTask(),
  failed: failedTask(),
  cancelled: cancelledTask(),
};

for (const [from, previous] of Object.entries(TASKS)) {
  for (const [to, next] of Object.entries(TASKS)) {
    Deno.test(`taskSnapshot and taskChanges bring a page from ${from} to ${to}`, () => {
      // The levels of one task never change.
      const views = [viewOf(sameLevels(previous)), viewOf(sameLevels(next))] as const;
      const wanted = liveParts(views[1]);
      assert.equal(apply(liveParts(views[0]), taskSnapshot(views[1], NOW)), wanted);
      assert.equal(apply(liveParts(views[0]), taskChanges(...views, NOW)), wanted);
    });
  }
}

Deno.test("taskChanges is null when only time has passed", () => {
  assert.equal(taskChanges(viewOf(runningTask()), viewOf(runningTask()), NOW + 60_000), null);
  assert.equal(taskChanges(viewOf(completedTask()), viewOf(completedTask()), NOW + 60_000), null);
});

Deno.test("taskChanges is null for a revision that shows nothing new", () => {
  assert.equal(taskChanges(viewOf(runningTask()), viewOf(runningTask({ revision: 4 })), NOW), null);
});

Deno.test("taskChanges sends streamed text as an addition, with the heading beside it", () => {
  const message = taskChanges(writing("So far"), writing("So far, so <good>\n"), NOW);
  assert.equal(
    message,
    '<hx-partial hx-target="#step-2-written" hx-swap="beforeend">, so &lt;good&gt;\n</hx-partial>' +
      '<hx-partial hx-target="#step-2-words" hx-swap="textContent">Written so far, 4 words' +
      "</hx-partial>",
  );
});

Deno.test("taskChanges keeps a chunk that is only a line break", () => {
  const message = taskChanges(writing("So far"), writing("So far\n"), NOW);
  assert.ok(message?.includes('hx-swap="beforeend">\n</hx-partial>'));
});

Deno.test("taskChanges shows the text of a new attempt in place of the old one", () => {
  const message = taskChanges(writing("So far"), writing("So far, again", 2), NOW);
  assert.ok(message?.startsWith('<hx-partial hx-target="#step-2" hx-swap="outerMorph"><details'));
  assert.ok(message?.includes(">So far, again</p>"));
});

Deno.test("taskChanges sends one step when one step changes", () => {
  const next = withStep(3, { given: [] });
  const message = taskChanges(viewOf(runningTask()), viewOf(next), NOW) ?? "";
  assert.deepEqual([...message.matchAll(/hx-target="([^"]+)"/g)].map(([, id]) => id), ["#step-3"]);
});

Deno.test("taskChanges tells the tab's title when the status changes", () => {
  const message = taskChanges(viewOf(runningTask()), viewOf(completedTask()), NOW);
  assert.ok(message?.startsWith("<title>Text brief, completed – Callboard</title>"));
});

Deno.test("taskChanges brings a page along through any row of writes", () => {
  const pieces = [
    "a",
    " ",
    "\n",
    "\n\n",
    "<b>",
    "&",
    "\r",
    "\0",
    "\uFEFF",
    "\uD83D",
    "\uDE00",
    HOSTILE,
  ];
  for (let seed = 1; seed <= 40; seed++) {
    const random = randomFrom(seed);
    let text = "";
    let page = liveParts(writing(""));
    for (let count = 0; count < 12; count++) {
      const previous = writing(text);
      text += pieces[Math.floor(random() * pieces.length)];
      page = apply(page, taskChanges(previous, writing(text), NOW));
      assert.equal(page, liveParts(writing(text)), `seed ${seed}, text ${JSON.stringify(text)}`);
    }
  }
});

Deno.test("taskSnapshot shows hostile text as text, in every place", () => {
  const detail = hostileTask();
  const message = taskSnapshot(viewOf(detail), NOW);
  const tags = message.match(/<(?:script|img|hx-partial hx-target="body")/g);
  assert.equal(tags, null);
  assert.ok(!message.includes("\r") && !message.includes("\0"));
  assert.equal(message.match(/<hx-partial /g)?.length, message.match(/<\/hx-partial>/g)?.length);
});

function writing(text: string, attempt = 1): TaskView {
  return viewOf(withStep(2, { written: { attempt, text, length: text.length } }));
}

function withStep(number: number, change: Partial<StepDetail>): TaskDetail {
  const detail = runningTask();
  return {
    ...detail,
    steps: detail.steps.map((step) => step.number === number ? { ...step, ...change } : step),
  };
}

function sameLevels(detail: TaskDetail): TaskDetail {
  return { ...detail, levels: [["s1"], ["s2"], ["s3"]] };
}

function hostileTask(): TaskDetail {
  const detail = failedTask();
  return {
    ...detail,
    app: { ...detail.app, name: HOSTILE },
    error: { stepId: "s2", message: HOSTILE },
    steps: [
      step(1, states.completed, { name: HOSTILE, result: json(HOSTILE) }),
      step(2, states.failed, {
        name: HOSTILE,
        error: HOSTILE,
        written: { attempt: 3, text: HOSTILE, length: HOSTILE.length },
      }),
      step(3, states.running, { name: HOSTILE, kindLabel: HOSTILE, given: [given(HOSTILE)] }),
    ],
    outputs: [
      { name: "a", label: HOSTILE, type: "markdown", value: given(HOSTILE).value },
      { name: "b", label: HOSTILE, type: "json", value: json(HOSTILE).value },
      { name: "c", label: HOSTILE, type: "text", value: given(HOSTILE).value },
    ],
  };
}

function given(text: string) {
  return { name: text, value: { text, length: text.length, isCut: false } };
}

function json(text: string) {
  return { format: "json", value: given(JSON.stringify({ [text]: text })).value } as const;
}

/** The page from its head on, without the element that follows the stream of a running task. */
function liveParts(view: TaskView): string {
  const html = renderNow(<TaskPage context={CONTEXT} view={view} eventsUrl="/events" />);
  return html.slice(html.indexOf("<article"));
}

/** What a browser does with a message, on the text of a page. */
function apply(page: string, message: string | null): string {
  const partials = (message ?? "").matchAll(
    /<hx-partial hx-target="#([\w-]+)" hx-swap="(\w+)">([^]*?)<\/hx-partial>/g,
  );
  let html = page;
  for (const [, id = "", swap, content = ""] of partials) {
    const { start, innerStart, innerEnd, end } = elementWithId(html, id);
    if (swap === "outerMorph") html = html.slice(0, start) + content + html.slice(end);
    else if (swap === "beforeend") html = html.slice(0, innerEnd) + content + html.slice(innerEnd);
    else html = html.slice(0, innerStart) + content + html.slice(innerEnd);
  }
  return html;
}

function elementWithId(html: string, id: string) {
  const open = new RegExp(`<([\\w-]+)[^>]* id="${id}"[^>]*>|<([\\w-]+) id="${id}"[^>]*>`).exec(
    html,
  );
  assert.ok(open, `no element has the id "${id}"`);
  const tag = open[1] ?? open[2];
  const innerStart = open.index + open[0].length;
  const tags = new RegExp(`<(/?)${tag}(?=[\\s>])[^>]*>`, "g");
  tags.lastIndex = innerStart;
  for (let depth = 1, found = tags.exec(html); found !== null; found = tags.exec(html)) {
    depth += found[1] === "/" ? -1 : 1;
    if (depth === 0) {
      return { start: open.index, innerStart, innerEnd: found.index, end: tags.lastIndex };
    }
  }
  assert.fail(`the element with the id "${id}" has no end`);
}

/** Always the same numbers for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
