import assert from "node:assert/strict";
import type { EditorProblem, Workspace } from "../../../views/studio/workspace.ts";
import { WorkspacePage } from "../../../views/studio/workspace_page.tsx";
import { context, count, definition, HOSTILE, htmlOf } from "../samples.ts";

const draft = { name: "Echo", description: "Says it", definition: '{\n  "steps": []\n}' };

function render(changes: Partial<Workspace> = {}): string {
  const workspace: Workspace = {
    app: { id: "app_1", version: 14, definition, savedAt: context.now - 60_000 },
    levels: [["one"], ["two", "three"]],
    kinds: [{
      kind: "template",
      label: "Template",
      settings: [{ name: "text", isRequired: true }, { name: "trim", isRequired: false }],
    }],
    draft,
    state: { kind: "fresh" },
    ...changes,
  };
  return htmlOf(<WorkspacePage context={context} workspace={workspace} />);
}

function problem(changes: Partial<EditorProblem>): EditorProblem {
  return { message: "It is wrong", line: null, path: null, field: "definition", ...changes };
}

Deno.test("WorkspacePage edits the saved version", () => {
  const html = render();
  assert.match(html, /<form[^>]*id="editor"[^>]*method="post" action="\/studio\/app_1"/);
  assert.match(html, /<input type="hidden" name="version" value="14">/);
  assert.match(html, /name="name" value="Echo"/);
  assert.match(html, /name="description" value="Says it"/);
  assert.match(html, /<textarea[^>]*name="definition"[^>]*>\n\{\n {2}&quot;steps&quot;: \[\]\n\}</);
  assert.match(html, /Version 14, saved <time/);
  assert.match(html, /type="submit" form="editor">Save<\/button>/);
  assert.doesNotMatch(html, /data-unsaved|aria-invalid|Not saved|Saved as/);
});

Deno.test("WorkspacePage outlines inputs, levels and outputs", () => {
  const html = render();
  assert.match(html, /<span>Brief<\/span><span class="muted">multiline, required<\/span>/);
  assert.match(html, /Steps, on 2 levels/);
  assert.match(html, /<ul aria-label="In parallel"><li><span>Step two<\/span>/);
  assert.match(html, /<span>Text<\/span><span class="muted">Markdown<\/span>/);
  assert.match(
    html,
    /<code>template<\/code><\/dt><dd>Template, with text, trim \(optional\)<\/dd>/,
  );
});

Deno.test("WorkspacePage says what was saved", () => {
  const html = render({ state: { kind: "saved" } });
  assert.match(html, /<div role="status"><p class="editor-saved">[^]*Saved as version 14<\/p>/);
  assert.ok(html.indexOf("Saved as version") < html.indexOf("</header>", html.indexOf("<h1>")));
});

Deno.test("WorkspacePage lists problems with their places and keeps what was typed", () => {
  const html = render({
    draft: { ...draft, name: "", definition: "{\n  oops\n}" },
    state: {
      kind: "invalid",
      basedOn: 12,
      problems: [
        problem({ field: "name", message: '"name" must not be empty' }),
        problem({ line: 2, path: "steps", message: "Line 2, column 3: a comma is missing" }),
        problem({ path: "outputs[0].type", message: "There is no such type" }),
      ],
    },
  });
  assert.match(html, /Not saved: there are 3 problems/);
  assert.match(html, /<a href="#editor-name">Name<\/a> must not be empty/);
  assert.match(html, /id="editor-name-error"[^]*?Name must not be empty<\/span>/);
  assert.ok(!html.includes("&quot;name&quot; must"), "one name is enough");
  assert.match(
    html,
    /<a href="#editor-definition" data-line="2">Line 2<\/a>, column 3: a comma is missing/,
  );
  assert.match(html, /<code class="editor-excerpt">oops<\/code>/);
  assert.match(html, /<a href="#editor-definition">outputs\[0\]\.type<\/a>: There is no such type/);
  assert.match(html, />\n\{\n {2}oops\n\}<\/textarea>/);
  assert.match(html, /name="version" value="12"/);
  assert.match(html, /aria-describedby="editor-problem-1 editor-problem-2 editor-help"/);
  assert.match(html, /aria-describedby="editor-name-error"/);
  assert.equal(count(html, `aria-invalid="true"`), 2);
  assert.match(html, /<form[^>]*data-unsaved=""/);
});

Deno.test("WorkspacePage shows both texts of a conflict and both ways out of it", () => {
  const html = render({
    draft: { ...draft, definition: "mine" },
    state: {
      kind: "conflict",
      theirs: { name: "Their name", description: "", definition: "theirs" },
    },
  });
  assert.match(html, /Not saved: version 14 was saved in the meantime/);
  assert.match(html, /name="definition"[^>]*>\nmine<\/textarea>/);
  assert.match(html, /id="editor-theirs" readonly[^>]*>\ntheirs<\/textarea>/);
  assert.match(html, /id="editor-theirs-name" value="Their name" readonly/);
  assert.match(html, /name="version" value="14"/);
  assert.match(html, /type="submit" form="editor">Save mine over version 14<\/button>/);
  assert.match(html, /<a class="button" href="\/studio\/app_1"[^>]*>Take version 14<\/a>/);
  assert.equal(count(html, "button--primary"), 1);
  assert.match(html, /<form[^>]*data-unsaved=""/);
});

Deno.test("WorkspacePage shows hostile text as text in every place", () => {
  const hostile = { name: HOSTILE, description: HOSTILE, definition: `</textarea>${HOSTILE}` };
  const app = {
    id: "app_1",
    version: 1,
    savedAt: 0,
    definition: {
      ...definition,
      name: HOSTILE,
      inputs: definition.inputs.map((input) => ({ ...input, label: HOSTILE })),
      steps: definition.steps.map((step) => ({ ...step, name: HOSTILE, kind: HOSTILE })),
      outputs: definition.outputs.map((output) => ({ ...output, label: HOSTILE })),
    },
  };
  const problems = [problem({ message: HOSTILE, line: 1 }), problem({ path: HOSTILE })];
  for (
    const state of [
      { kind: "fresh" },
      { kind: "invalid", basedOn: 1, problems },
      { kind: "conflict", theirs: hostile },
    ] as const
  ) {
    const html = render({ app, draft: hostile, state });
    assert.doesNotMatch(html, /<script>alert|<hx-|"'>/);
    assert.equal(count(html, "</textarea>"), state.kind === "conflict" ? 2 : 1);
  }
});
