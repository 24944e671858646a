import assert from "node:assert/strict";
import {
  PlaygroundPage,
  type PlaygroundProps,
} from "../../../views/playground/playground_page.tsx";
import {
  ANYBODY,
  appSummary,
  context,
  count,
  HOSTILE,
  htmlOf,
  inputs,
  taskRow,
} from "../samples.ts";

const apps = [
  appSummary({ id: "app_1", name: "Echo" }),
  appSummary({ id: "app_2", name: "Digest", description: "", lastTask: taskRow() }),
];

const chosen = {
  app: appSummary(),
  form: {
    app: { id: "app_1", name: "Echo", version: 3 },
    inputs,
    values: {},
    errors: {},
    message: null,
    variant: "run",
  },
} as const;

function render(changes: Partial<PlaygroundProps> = {}): string {
  return htmlOf(
    <PlaygroundPage context={context} apps={apps} search="" chosen={null} {...changes} />,
  );
}

Deno.test("PlaygroundPage shows each app with its kinds and its last run", () => {
  const html = render();
  assert.match(html, /<title>Playground – Callboard<\/title>/);
  assert.equal(count(html, `class="app"`), 2);
  assert.match(html, /href="\/playground\?app=app_1"[^>]*>Echo<\/a>/);
  assert.match(html, /<li>Template<\/li><li>Wait<\/li>/);
  assert.match(html, /<p class="app-last">Never run<\/p>/);
  assert.match(html, /data-status="completed">[^]*?Completed<\/span><span>41 s ago<\/span>/);
  assert.equal(count(html, `class="app-text"`), 1);
});

Deno.test("PlaygroundPage shows no form before an app is chosen", () => {
  const html = render();
  assert.doesNotMatch(html, /<form class="form"|data-chosen-app|aria-current="true"/);
  assert.match(html, /Choose an app, and its inputs appear here\./);
});

Deno.test("PlaygroundPage puts the chosen app's form before the cards", () => {
  const html = render({ chosen });
  assert.match(html, /<title>Echo – Playground – Callboard<\/title>/);
  assert.ok(html.indexOf(`id="run-form"`) < html.indexOf(`class="apps"`));
  assert.match(html, /id="card-app_1"[^>]*aria-current="true"/);
  assert.doesNotMatch(html, /id="card-app_2"[^>]*aria-current/);
  assert.match(html, /<a href="\/studio\/app_1">Edit in Studio<\/a>/);
  assert.doesNotMatch(html, /Choose an app/);
});

Deno.test("PlaygroundPage keeps search and choice together", () => {
  const html = render({ chosen, search: "e c" });
  assert.match(html, /<input[^>]*name="q" value="e c"/);
  assert.match(html, /<input type="hidden" name="app" value="app_1">/);
  assert.match(html, /href="\/playground\?app=app_2&amp;q=e\+c"/);
  assert.match(html, /role="status" id="apps-count">2 apps</);
});

Deno.test("PlaygroundPage says that there is no app, and that none matches", () => {
  assert.match(render({ apps: [] }), /No apps yet\.[^]*href="\/studio">Go to Workspaces/);
  const reader = { ...ANYBODY, may: { ...ANYBODY.may, edit: false } };
  const toViewer = render({ apps: [], context: { ...context, reader } });
  assert.match(toViewer, /No apps yet\.<\/p><p>An app is a workflow of steps\.<\/p><\/div>/);
  assert.ok(!render({ apps: [] }).includes("Search apps"), "there is nothing to search");
  const html = render({ apps: [], search: "zz", chosen });
  assert.match(html, /No app matches “zz”\.[^]*href="\/playground\?app=app_1">Show all apps/);
});

Deno.test("PlaygroundPage shows hostile text as text", () => {
  const app = appSummary({ name: HOSTILE, description: HOSTILE, kindLabels: [HOSTILE] });
  const html = render({ apps: [app], search: HOSTILE, chosen: { ...chosen, app } });
  assert.doesNotMatch(html, /<script>alert|<hx-|"'>/);
  assert.match(render({ apps: [], search: HOSTILE }), /No app matches “&quot;&#39;&gt;&lt;script/);
});
