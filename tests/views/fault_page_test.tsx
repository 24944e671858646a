import assert from "node:assert/strict";
import { FaultFragment, FaultPage } from "../../views/fault_page.tsx";
import { renderNow } from "../../views/render.ts";
import { ANYBODY } from "./samples.ts";

const context = {
  now: 0,
  timeZone: "UTC",
  assets: { stylesheet: "/s.css", sideStylesheet: "/side.css", dialogScript: "/d.js", scripts: [] },
  reader: ANYBODY,
};
const fault = {
  status: 500,
  title: "Something <went> wrong",
  sentence: "Callboard could not show this page.",
  advice: "Try again in a moment.",
  reference: "err_1",
};

Deno.test("FaultPage says what is wrong, what to do, and under which name the log has more", () => {
  const html = renderNow(<FaultPage context={context} fault={fault} />);
  assert.ok(html.startsWith("<!doctype html>"));
  assert.ok(html.includes("<h1>Something &lt;went&gt; wrong</h1>"));
  assert.ok(html.includes(fault.sentence) && html.includes(fault.advice));
  assert.match(html, /Status 500, reference <code>err_1<\/code>/);
});

Deno.test("FaultFragment says the same aloud", () => {
  const html = renderNow(<FaultFragment fault={{ ...fault, reference: undefined }} />);
  assert.ok(html.startsWith('<section class="fault" role="alert">'));
  assert.match(html, /Status 500\s*<\/p>/);
});
