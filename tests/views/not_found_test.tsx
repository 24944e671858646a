import assert from "node:assert/strict";
import { type Missing, NotFound, NotFoundPage } from "../../views/not_found.tsx";
import { renderNow } from "../../views/render.ts";
import { ANYBODY } from "./samples.ts";

const context = {
  now: 0,
  timeZone: "UTC",
  assets: { stylesheet: "/s.css", sideStylesheet: "/side.css", dialogScript: "/d.js", scripts: [] },
  reader: ANYBODY,
};

const cases: readonly (readonly [Missing, string, string])[] = [
  [
    { what: "task", id: "tsk_1234567890ab" },
    "No such task",
    '<a class="button button--primary" href="/tasks">',
  ],
  [{ what: "app", id: "app_1" }, "No such app", 'href="/studio">'],
  [{ what: "output", name: "facts", taskId: "tsk_1" }, "No such output", 'href="/tasks/tsk_1">'],
  [
    { what: "link", id: "lnk_1" },
    "No such link",
    '<a class="button button--primary" href="/tasks">',
  ],
  [{ what: "page", path: "/nowhere" }, "No such page", 'href="/playground">'],
];

for (const [missing, title, link] of cases) {
  Deno.test(`NotFound of a missing ${missing.what} says so and leads on`, () => {
    const fragment = renderNow(<NotFound missing={missing} />);
    assert.ok(fragment.includes(`<h1>${title}</h1>`) && fragment.includes(link), fragment);
    const page = renderNow(<NotFoundPage context={context} missing={missing} />);
    assert.ok(page.startsWith("<!doctype html>") && page.includes(fragment));
    assert.ok(page.includes(`<title>${title} – Callboard</title>`));
  });
}

Deno.test("NotFound quotes what was asked for as text, and not all of it when it is long", () => {
  const html = renderNow(
    <NotFound missing={{ what: "page", path: `/<b>\r${"x".repeat(9000)}` }} />,
  );
  assert.ok(html.includes("“/&lt;b&gt;&#13;xxx") && html.length < 1500);
  const id = renderNow(<NotFound missing={{ what: "task", id: `<i>${"x".repeat(9000)}` }} />);
  assert.ok(id.includes("&lt;i&gt;") && id.length < 1500);
});
