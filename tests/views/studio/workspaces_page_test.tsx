import assert from "node:assert/strict";
import type { AppSummary } from "../../../executor/app.ts";
import { WorkspacesPage } from "../../../views/studio/workspaces_page.tsx";
import { appSummary, context, count, HOSTILE, htmlOf, taskRow } from "../samples.ts";

function render(apps: readonly AppSummary[]): string {
  return htmlOf(<WorkspacesPage context={context} apps={apps} />);
}

Deno.test("WorkspacesPage lists each app with what can be done to it", () => {
  const html = render([appSummary({ lastTask: taskRow({ status: "failed" }) })]);
  assert.match(html, /<a href="\/studio\/app_1"><b>Echo<\/b><\/a>/);
  assert.match(html, /2<span class="unit"> steps<\/span>/);
  assert.match(html, /<span class="unit">version<\/span> 3/);
  assert.match(html, /22 Nov, 14:20:48<\/time>/);
  assert.match(html, /data-status="failed">[^]*?Failed<\/span><span>41 s ago/);
  assert.match(html, /<a href="\/playground\?app=app_1">Run/);
  assert.match(html, /<input type="hidden" name="from" value="app_1">/);
});

Deno.test("WorkspacesPage deletes in two presses without a script", () => {
  const html = render([appSummary()]);
  const asked = html.match(/<details class="confirm"[^]*<\/details>/)?.[0] ?? "";
  assert.match(asked, /<summary[^>]*>Delete/);
  assert.match(asked, /<form[^>]*method="post" action="\/studio\/app_1\/deletion">/);
  assert.match(asked, /Delete “Echo”\?/);
  assert.doesNotMatch(asked, / open/);
});

Deno.test("WorkspacesPage begins a new app, also where there is none", () => {
  for (const apps of [[], [appSummary()]]) {
    const html = render(apps);
    assert.equal(count(html, "New app</button>"), 1);
    assert.match(html, /<form method="post" action="\/studio"><button/);
  }
  assert.match(render([]), /No apps yet\./);
});

Deno.test("WorkspacesPage shows hostile text as text", () => {
  const html = render([appSummary({ name: HOSTILE, description: HOSTILE })]);
  assert.doesNotMatch(html, /<script|<hx-|"'>/);
});
