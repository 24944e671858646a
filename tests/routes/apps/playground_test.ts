import assert from "node:assert/strict";
import { paths } from "../../../routes/paths.ts";
import { TEXT_INPUT } from "../../helpers/definitions.ts";
import { startTestSite } from "../../helpers/http.ts";
import { UNKNOWN_APP } from "../../helpers/unknown_ids.ts";

const INPUTS = [
  { ...TEXT_INPUT, help: "Some help", required: true },
  { name: "count", label: "Count", type: "number", min: 1, max: 9, default: 3 },
  { name: "sure", label: "Sure", type: "checkbox" },
  { name: "tone", label: "Tone", type: "select", options: ["Plain", "Warm"], default: "Plain" },
  { name: "page", label: "Page", type: "url" },
];

Deno.test("GET /playground shows the apps, and no form until one is chosen", async () => {
  await using site = await startTestSite();
  const app = await site.add({ name: "First app", description: "What it is", inputs: INPUTS });
  const html = await (await site.get(paths.playground())).text();
  assert.match(html, /First app/);
  assert.match(html, /What it is/);
  assert.ok(html.includes(paths.playground(app.id)));
  assert.ok(!html.includes(paths.appTasks(app.id)));
  assert.doesNotMatch(html, /No such app/);
});

Deno.test("GET /playground?app= says that there is no such app, and quotes it", async () => {
  await using site = await startTestSite();
  await site.add({ name: "First app" });
  for (const [appId, shown] of [[UNKNOWN_APP, UNKNOWN_APP], ["<i>x", "&lt;i&gt;x"]] as const) {
    const other = await site.get(paths.playground(appId));
    assert.equal(other.status, 200);
    const html = await other.text();
    assert.doesNotMatch(html, /<form[^>]*action="\/apps/);
    assert.match(html, />No such app<\/h2>/);
    assert.ok(html.includes(`There is no app with the ID “${shown}”.`));
    assert.doesNotMatch(html, /Choose an app/);
    assert.match(html, /First app/, "the others are there to choose from");
  }
});

Deno.test("GET /playground?app= shows the app's form, filled in from the query", async () => {
  await using site = await startTestSite();
  const app = await site.add({ inputs: INPUTS });
  const plain = await (await site.get(paths.playground(app.id))).text();
  assert.match(plain, new RegExp(`<form[^>]*action="${paths.appTasks(app.id)}"`));
  assert.match(plain, /<textarea[^>]*name="text"[^>]*required/);
  assert.match(plain, /<input[^>]*name="count"[^>]*value="3"/);
  assert.match(plain, /Some help/);

  const query = new URLSearchParams({
    app: app.id,
    text: "</textarea><b>x",
    count: "7",
    sure: "on",
    tone: "Warm",
    page: "https://example.org/?a=1&b=2",
    other: "unused",
  });
  const filled = await (await site.get(`/playground?${query}`)).text();
  assert.match(filled, /&lt;\/textarea&gt;&lt;b&gt;x/);
  assert.doesNotMatch(filled, /<b>x/);
  assert.match(filled, /<input[^>]*name="count"[^>]*value="7"/);
  assert.match(filled, /<input[^>]*name="sure"[^>]*checked/);
  assert.match(filled, /<option[^>]*selected[^>]*>Warm/);
  assert.match(filled, /value="https:\/\/example\.org\/\?a=1&amp;b=2"/);
});

Deno.test("GET /playground?q= shows the apps in which every word stands", async () => {
  await using site = await startTestSite();
  await site.add({ name: "Alpha", description: "Counts the words" });
  await site.add({ name: "Beta", description: "Counts the letters" });
  const shown = async (search: string) => {
    const html = await (await site.get(paths.playground(undefined, search))).text();
    return ["Alpha", "Beta"].filter((name) => html.includes(name));
  };
  assert.deepEqual(await shown("counts"), ["Alpha", "Beta"]);
  assert.deepEqual(await shown("LETTERS counts"), ["Beta"]);
  assert.deepEqual(await shown("gate alpha"), ["Alpha"]);
  assert.deepEqual(await shown("nothing such"), []);
  assert.deepEqual(await shown("("), []);
});
