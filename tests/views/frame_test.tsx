import assert from "node:assert/strict";
import { Frame } from "../../views/frame.tsx";
import { renderNow } from "../../views/render.ts";
import { ANYBODY } from "./samples.ts";

const context = {
  now: 0,
  timeZone: "UTC",
  reader: ANYBODY,
  assets: {
    stylesheet: "/static/1/callboard.css",
    sideStylesheet: "/static/1/side.css",
    dialogScript: "/d.js",
    scripts: [
      { src: "/static/1/callboard.js", module: true },
      { src: "/static/1/htmx.js", module: false },
    ],
  },
};

Deno.test("Frame is a whole document that loads what it is told to", () => {
  const html = renderNow(
    <Frame context={context} title="A & B" current="tasks">
      <h1>Tasks</h1>
    </Frame>,
  );
  assert.ok(html.startsWith('<!doctype html><html lang="en">'));
  assert.ok(html.includes("<title>A &amp; B – Callboard</title>"));
  assert.ok(html.includes('<link rel="stylesheet" href="/static/1/callboard.css"'));
  assert.ok(html.includes('<script type="module" src="/static/1/callboard.js"></script>'));
  assert.match(html, /<script defer(="")? src="\/static\/1\/htmx.js"><\/script>/);
  assert.match(html, /<main class="page" id="main" tabindex="-1">\s*<h1>Tasks<\/h1>\s*<\/main>/);
});

Deno.test("Frame loads the styles of side pages for those alone", () => {
  const sheets = (isSide: boolean) =>
    renderNow(<Frame context={context} title="" current={null} isSide={isSide} />)
      .match(/rel="stylesheet" href="[^"]+"/g);
  assert.equal(sheets(false)?.length, 1);
  assert.match(sheets(true)?.join() ?? "", /callboard\.css.*side\.css/);
});

Deno.test("Frame marks the current section, or none", () => {
  const current = (section: "playground" | "tasks" | "workspaces" | null) =>
    [
      ...renderNow(<Frame context={context} title="" current={section} />)
        .matchAll(/<a href="([^"]+)" aria-current="page"/g),
    ].map(([, to]) => to);
  assert.deepEqual(current("playground"), ["/playground"]);
  assert.deepEqual(current("tasks"), ["/tasks"]);
  assert.deepEqual(current("workspaces"), ["/studio"]);
  assert.deepEqual(current(null), []);
});

Deno.test("Frame refreshes itself only where there is no JavaScript, and when it is asked to", () => {
  const html = renderNow(<Frame context={context} title="" current={null} refreshSeconds={3} />);
  assert.match(html, /<noscript>\s*<meta http-equiv="refresh" content="3"\s*\/?>\s*<\/noscript>/);
  assert.ok(!renderNow(<Frame context={context} title="" current={null} />).includes("refresh"));
});

Deno.test("Frame tells htmx to add no styles and to leave opened details alone", () => {
  const html = renderNow(<Frame context={context} title="" current={null} />);
  const content = /name="htmx-config" content="([^"]+)"/.exec(html)?.[1]?.replaceAll("&quot;", '"');
  assert.deepEqual(JSON.parse(content ?? ""), {
    includeIndicatorCSS: false,
    defaultSettleDelay: 0,
    morphIgnore: ["data-htmx-powered", "open"],
  });
});
