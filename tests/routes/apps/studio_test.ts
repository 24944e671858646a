import assert from "node:assert/strict";
import { paths } from "../../../routes/paths.ts";
import { HTMX, startTestSite } from "../../helpers/http.ts";
import { UNKNOWN_APP } from "../../helpers/unknown_ids.ts";

const GOOD = { steps: [{ id: "a", name: "A", kind: "gate", config: { x: "1" } }] };

function fields(definition: unknown, version: number, name = "Typed name") {
  const text = typeof definition === "string" ? definition : JSON.stringify(definition);
  return { name, description: "Typed words", definition: text, version: String(version) };
}

Deno.test("GET /studio lists the apps, GET /studio/:appId edits one", async () => {
  await using site = await startTestSite();
  const app = await site.add({ name: "First app" });
  const list = await (await site.get(paths.studio())).text();
  assert.match(list, /First app/);
  assert.ok(list.includes(paths.studioApp(app.id)));
  const editor = await site.get(paths.studioApp(app.id));
  assert.equal(editor.status, 200);
  assert.equal(editor.headers.get("Cache-Control"), "no-store");
  const html = await editor.text();
  assert.match(html, /First app/);
  assert.match(html, /&quot;kind&quot;: &quot;gate&quot;/);
  assert.match(html, /name="version"[^>]*value="2"|value="2"[^>]*name="version"/);
});

Deno.test("POST /studio makes a blank app, or a copy", async () => {
  await using site = await startTestSite();
  const app = await site.add({ name: "First app" });
  const blank = await site.postForm(paths.studio());
  assert.equal(blank.status, 303);
  const bare = await site.request(paths.studio(), { method: "POST" });
  assert.equal(bare.status, 303, "also without a body");
  const copy = await site.postForm(paths.studio(), { from: app.id });
  assert.equal(copy.status, 303);
  const copyId = copy.headers.get("Location")?.replace("/studio/", "") ?? "";
  const copied = await site.executor.apps.read(copyId);
  assert.deepEqual(copied?.definition, { ...app.definition, name: "Copy of First app" });
  assert.equal(copied?.version, 1);
  for (const from of [UNKNOWN_APP, "nonsense"]) {
    assert.equal((await site.postForm(paths.studio(), { from })).status, 404);
  }
  assert.equal((await site.executor.apps.names()).length, 4);
});

Deno.test("POST /studio/:appId saves a new version, and none where nothing has changed", async () => {
  await using site = await startTestSite();
  const app = await site.add();
  const saved = await site.postForm(paths.studioApp(app.id), fields(GOOD, 2));
  assert.equal(saved.status, 303);
  assert.equal(saved.headers.get("Location"), `${paths.studioApp(app.id)}?saved=3`);
  const read = await site.executor.apps.read(app.id);
  assert.deepEqual([read?.version, read?.definition.name], [3, "Typed name"]);
  const again = await site.postForm(paths.studioApp(app.id), fields(GOOD, 3));
  assert.equal(again.headers.get("Location"), `${paths.studioApp(app.id)}?saved=3`);
  const page = await site.get(again.headers.get("Location") ?? "");
  assert.equal(page.status, 200);
});

Deno.test("POST /studio/:appId refuses what is wrong, with all that was typed", async () => {
  await using site = await startTestSite();
  const app = await site.add();
  const cases: [string, RegExp][] = [
    ["{ broken <script>alert(1)</script>", /Line 1/],
    [JSON.stringify({ steps: [] }), /steps/],
    [
      JSON.stringify({
        ...GOOD,
        outputs: [{ name: "o", label: "O", type: "text", template: "{{ steps.b.output }}" }],
      }),
      /there is no step/i,
    ],
    [
      JSON.stringify({
        steps: [{ ...GOOD.steps[0], needs: ["b"] }, { ...GOOD.steps[0], id: "b", needs: ["a"] }],
      }),
      /circle/,
    ],
  ];
  for (const [text, words] of cases) {
    const response = await site.postForm(paths.studioApp(app.id), fields(text, 2));
    assert.equal(response.status, 422, text);
    const html = await response.text();
    assert.match(html, words);
    assert.match(html, /Typed name/);
    assert.match(html, /Typed words/);
    assert.ok(html.includes(text.slice(0, 9).replaceAll('"', "&quot;")), "the text is still there");
    assert.doesNotMatch(html, /<script>alert/);
  }
  const nameless = await site.postForm(paths.studioApp(app.id), fields(GOOD, 2, " "));
  assert.equal(nameless.status, 422);
  assert.equal((await site.executor.apps.read(app.id))?.version, 2);
});

Deno.test("POST /studio/:appId with a stale version is 409 and shows both texts", async () => {
  await using site = await startTestSite();
  const app = await site.add();
  await site.postForm(paths.studioApp(app.id), fields(GOOD, 2, "Their name"));
  const mine = { steps: [{ id: "mine", name: "Mine", kind: "gate" }] };
  const response = await site.postForm(paths.studioApp(app.id), fields(mine, 2, "My name"));
  assert.equal(response.status, 409);
  const html = await response.text();
  for (const words of [/Their name/, /My name/, /&quot;mine&quot;/, /&quot;x&quot;/]) {
    assert.match(html, words);
  }
  assert.equal((await site.executor.apps.read(app.id))?.definition.name, "Their name");
});

Deno.test("POST /studio/:appId: of two savers at once one wins, the other is told", async () => {
  await using site = await startTestSite();
  const app = await site.add();
  const both = await Promise.all(
    ["One", "Two"].map((name) => site.postForm(paths.studioApp(app.id), fields(GOOD, 2, name))),
  );
  assert.deepEqual(both.map(({ status }) => status).sort(), [303, 409]);
  assert.equal((await site.executor.apps.read(app.id))?.version, 3);
});

Deno.test("POST /studio/:appId refuses forms that are not its own", async () => {
  await using site = await startTestSite();
  const app = await site.add();
  const good: Record<string, string> = fields(GOOD, 2);
  for (const missing of ["name", "description", "definition", "version"]) {
    const rest = Object.fromEntries(Object.entries(good).filter(([name]) => name !== missing));
    assert.equal((await site.postForm(paths.studioApp(app.id), rest)).status, 400, missing);
  }
  for (const version of ["0", "-1", "x", "1e9", "9".repeat(12), ""]) {
    const response = await site.postForm(paths.studioApp(app.id), { ...good, version });
    assert.equal(response.status, 400, version);
  }
  const json = await site.postJson(paths.studioApp(app.id), GOOD);
  assert.equal(json.status, 415);
  assert.match((await json.json()).detail, /: send a form\.$/);
  const large = await site.postForm(paths.studioApp(app.id), {
    ...good,
    definition: "x".repeat(1024 * 1024),
  });
  assert.equal(large.status, 413);
  assert.equal((await site.executor.apps.read(app.id))?.version, 2);
});

Deno.test("POST /studio/:appId/deletion deletes the app, and leaves its tasks readable", async () => {
  await using site = await startTestSite();
  const app = await site.add({ name: "Doomed" });
  const taskId = await site.start(app.id);
  (await site.gates.next()).done();
  await site.ended(taskId);
  const response = await site.postForm(paths.studioAppDeletion(app.id));
  assert.equal(response.status, 303);
  assert.equal(response.headers.get("Location"), paths.studio());
  assert.doesNotMatch(await (await site.get(paths.studio())).text(), /Doomed/);
  assert.equal((await site.get(paths.studioApp(app.id))).status, 404);
  assert.equal((await site.postForm(paths.appTasks(app.id))).status, 404);
  assert.equal((await site.get(paths.task(taskId))).status, 200);
  assert.equal((await site.read(taskId)).app.name, "Doomed");
  assert.equal((await site.postForm(paths.studioAppDeletion(app.id))).status, 404);
});

Deno.test("every page of an unknown app is 404", async () => {
  await using site = await startTestSite();
  for (const appId of [UNKNOWN_APP, "nonsense", "%00"]) {
    const path = `/studio/${appId}`;
    assert.equal((await site.get(path)).status, 404);
    assert.equal((await site.get(path, HTMX)).status, 404);
    assert.equal((await site.postForm(path, fields(GOOD, 1))).status, 404);
    assert.equal((await site.postForm(`${path}/deletion`)).status, 404);
  }
});
