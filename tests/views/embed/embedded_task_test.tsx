import assert from "node:assert/strict";
import type { TaskDetail } from "../../../executor/task.ts";
import { EmbeddedGone } from "../../../views/embed/embedded_gone.tsx";
import { Badge } from "../../../views/embed/badge.tsx";
import { EmbeddedTask } from "../../../views/embed/embedded_task.tsx";
import { appSnippets, taskSnippets } from "../../../views/embed/snippets.ts";
import type { SharedFault } from "../../../views/shared/shared_task.ts";
import { renderNow } from "../../../views/render.ts";
import { loadMarkdown } from "../../../views/text/markdown.ts";
import {
  cancelledTask,
  completedTask,
  failedTask,
  HOSTILE,
  NOW,
  runningTask,
  states,
  step,
  whole,
} from "../task/samples.ts";

const renderMarkdown = await loadMarkdown();

function htmlOf(task: TaskDetail, fault: SharedFault | null = null): string {
  const detail = { ...task, show: ["outputs", "steps", "inputs"] as const, fault };
  return renderNow(
    <EmbeddedTask
      title="Digest"
      detail={detail}
      renderMarkdown={renderMarkdown}
      pageUrl="https://here.example/s/x"
      outputUrl={(name) => `https://here.example/${name}`}
      now={NOW}
    />,
  );
}

Deno.test("EmbeddedTask tells how a task stands in any status, by a word", () => {
  for (
    const [detail, word] of [
      [runningTask(), "Running"],
      [completedTask(), "Completed"],
      [failedTask(), "Failed"],
      [cancelledTask(), "Cancelled"],
    ] as const
  ) {
    const html = htmlOf(detail);
    assert.ok(
      html.startsWith(`<div class="callboard" role="group" data-status="${detail.status}"`),
    );
    assert.match(html, new RegExp(`</svg>${word}</span>`));
  }
});

Deno.test("EmbeddedTask leaves out no level of its headings, with one output or with several", () => {
  const [brief, ...others] = completedTask().outputs;
  assert(brief !== undefined && others.length > 0, "the sample has outputs, the first in Markdown");
  assert.deepEqual(headings(htmlOf(completedTask({ outputs: [brief] }))), [
    "2 Digest",
    "3 Brief",
    "4 Title",
  ]);
  assert.deepEqual(headings(htmlOf(completedTask())), [
    "2 Digest",
    "3 Brief",
    "4 Title",
    "3 Numbers",
  ]);
  assert.deepEqual(headings(htmlOf(runningTask())), ["2 Digest"]);
});

/** Its headings in their order, each with its level. */
function headings(html: string): string[] {
  const found = html.matchAll(/<(?:h(\d)|p)\b([^>]*)>([^<]*)<\/(?:h\d|p)>/g);
  return [...found].flatMap(([, tag, attributes = "", text]) => {
    const level = tag ?? / role="heading" aria-level="(\d)"/.exec(attributes)?.[1];
    return level === undefined ? [] : [`${level} ${text}`];
  });
}

Deno.test("EmbeddedTask offers a file at once, and a copy only to who can make one", () => {
  const html = htmlOf(completedTask());
  assert.match(html, /<button class="cb-copy" type="button" data-copy="[^"]+" hidden/);
  assert.match(html, /<a href="https:\/\/here\.example\/[^"]+\?download" download/);
});

Deno.test("EmbeddedGone says so, to people and to the script that shows it", () => {
  assert.match(renderNow(<EmbeddedGone />), /^<div class="callboard"[^>]* data-status="gone"/);
});

Deno.test("EmbeddedTask has no script, style, id or htmx attribute, whatever it shows", () => {
  const hostile = completedTask({
    inputs: [{ name: "text", label: HOSTILE, type: "text", value: whole(HOSTILE) }],
    outputs: (["text", "markdown", "json"] as const).map((type) => ({
      name: type,
      label: HOSTILE,
      type,
      value: whole(type === "json" ? JSON.stringify({ [HOSTILE]: HOSTILE }) : HOSTILE),
    })),
    steps: [
      step(1, states.completed, {
        name: HOSTILE,
        result: { format: "text", value: whole(HOSTILE) },
      }),
      step(2, states.failed, { name: HOSTILE, error: HOSTILE }),
      step(3, states.running, { written: { attempt: 1, text: HOSTILE, length: HOSTILE.length } }),
    ],
  });
  const html = htmlOf(hostile, { title: HOSTILE, message: HOSTILE });
  const tags = [...html.matchAll(/<([a-z][\w-]*)((?:\s+[\w:-]+(?:="[^"]*")?)*)\s*\/?>/g)];
  assert.ok(tags.length > 20);
  for (const [tag, name = "", attributes = ""] of tags) {
    assert.doesNotMatch(name, /^(script|style|link|img|iframe|base|meta|form|hx-.*)$/, tag);
    const names = attributes.replaceAll(/="[^"]*"/g, "=");
    assert.doesNotMatch(names, /\s(id|style|on\w+|hx-[\w:-]+)=/, tag);
    assert.doesNotMatch(attributes, /(href|src)="(?!https:\/\/here\.example\/)/, tag);
  }
  assert.doesNotMatch(html, /<(script|img|hx-partial)/);
});

Deno.test("EmbeddedTask shows the end of a text that is being written, from a whole character on", () => {
  const text = "a" + "😀".repeat(1_500);
  const written = { attempt: 1, text, length: text.length };
  const html = htmlOf(runningTask({ steps: [step(1, states.running, { written })] }));
  const shown = /<pre dir="auto">([^<]*)<\/pre>/.exec(html)?.[1] ?? "";
  assert.equal(shown, "😀".repeat(1_000));
  const odd = { attempt: 1, text: `${text}b`, length: text.length + 1 };
  const cut = htmlOf(runningTask({ steps: [step(1, states.running, { written: odd })] }));
  assert.equal(/<pre dir="auto">([^<]*)/.exec(cut)?.[1], "😀".repeat(999) + "b");
});

Deno.test("snippets hold hostile names as text", () => {
  const source = { origin: "https://here.example", token: "cbs_x", title: `"><script>x</script>` };
  for (const { text } of [...taskSnippets(source), ...appSnippets(source, "lnk_1.x")]) {
    assert.doesNotMatch(text.replace(/<script async src="[^"]*"><\/script>/, ""), /<script/);
  }
  assert.deepEqual(taskSnippets(source).map(({ label }) => label), [
    "Address",
    "Iframe",
    "Iframe that fits",
    "Element",
    "HTML for htmx",
  ]);
});

Deno.test("Badge is one accessible word, for every status", () => {
  const words = (["running", "completed", "failed", "cancelled", "none"] as const).map((status) => {
    const svg = renderNow(<Badge status={status} />);
    const title = /<title>Callboard: ([\w ]+)<\/title>/.exec(svg)?.[1] ?? "";
    assert.ok(svg.includes(`role="img" aria-label="Callboard: ${title}"`));
    assert.doesNotMatch(svg, /<script|href|url\(/);
    return title;
  });
  assert.deepEqual(words, ["Running", "Completed", "Failed", "Cancelled", "No tasks"]);
});
