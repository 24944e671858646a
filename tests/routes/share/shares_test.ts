import assert from "node:assert/strict";
import { paths } from "../../../routes/paths.ts";
import { HTMX, startTestSite, type TestSite } from "../../helpers/http.ts";
import { elementById } from "../../helpers/live_page.ts";

async function startOne(site: TestSite, name = "Test app"): Promise<string> {
  const taskId = await site.start((await site.add({ name })).id);
  (await site.gates.next()).done();
  await site.ended(taskId);
  return taskId;
}

const FIELDS = {
  "share-outputs": "on",
  "share-steps": "on",
  "share-days": "30",
  "share-sites": "https://example.org/ ",
};

Deno.test("GET /tasks/:id leads those who may edit to its links, and nobody else", async () => {
  let role: "editor" | "viewer" = "editor";
  await using site = await startTestSite({
    identify: () => Promise.resolve({ type: "person", id: "1", name: "Vera", role }),
  });
  const taskId = await startOne(site);
  const page = async () => await (await site.get(paths.task(taskId))).text();
  assert.ok((await page()).includes(`href="${paths.taskShares(taskId)}"`));
  role = "viewer";
  assert.ok(!(await page()).includes("/shares"));
  assert.equal((await site.get(paths.taskShares(taskId))).status, 403);
  assert.equal((await site.postForm(paths.taskShares(taskId), FIELDS)).status, 403);
});

Deno.test("GET /tasks/:id/shares is a page, and for htmx a dialog", async () => {
  await using site = await startTestSite();
  const taskId = await startOne(site, "Some <app>");
  const page = await site.get(paths.taskShares(taskId));
  assert.equal(page.headers.get("Cache-Control"), "no-store");
  assert.equal(page.headers.get("Vary"), "HX-Request");
  const html = await page.text();
  assert.match(html, /^<!doctype html>.*<title>Share – Some &lt;app&gt; – Callboard<\/title>/s);
  assert.match(html, /name="share-outputs" type="checkbox" checked/);
  assert.doesNotMatch(html, /name="share-steps" type="checkbox" checked|<dialog/);
  const dialog = await (await site.get(paths.taskShares(taskId), HTMX)).text();
  assert.match(dialog, /^<dialog class="dialog" data-dialog[^]*<form class="dialog-close"/);
  assert.ok(dialog.includes(elementById(html, "shares")));
  const unknown = paths.taskShares("tsk_00000000000000000000000000");
  assert.equal((await site.get(unknown)).status, 404);
});

Deno.test("POST /tasks/:id/shares makes the link and shows its address this once", async () => {
  await using site = await startTestSite();
  const taskId = await startOne(site);
  for (const headers of [{}, HTMX]) {
    const made = await site.postForm(paths.taskShares(taskId), FIELDS, headers);
    assert.equal(made.status, 200);
    const html = await made.text();
    const address = /http:\/\/callboard\.test(\/s\/cbs_[\w-]{43})<\/pre>/.exec(html)?.[1] ?? "";
    assert.equal((await site.get(address)).status, 200);
    assert.match(html, /Outputs and steps[^]*Also on https:\/\/example\.org; not opened yet/);
    assert.equal(html.startsWith("<!doctype"), headers !== HTMX);
  }
  const again = await (await site.get(paths.taskShares(taskId))).text();
  assert.doesNotMatch(again, /cbs_/);
  const [link] = await site.executor.links.listOfTask(taskId);
  assert.deepEqual([link?.show, link?.origins], [["outputs", "steps"], ["https://example.org"]]);
  assert.equal((link?.expiresAt ?? 0) - (link?.createdAt ?? 0), 30 * 24 * 3_600_000);
});

Deno.test("POST /tasks/:id/shares says what is wrong, and keeps what was filled in", async () => {
  await using site = await startTestSite();
  const taskId = await startOne(site);
  const post = (fields: Record<string, string>) => site.postForm(paths.taskShares(taskId), fields);
  const wrong = await post({ ...FIELDS, "share-sites": "<b>" });
  assert.equal(wrong.status, 422);
  const html = await wrong.text();
  assert.match(html, /Cannot use &quot;&lt;b&gt;&quot;: a site is such as https:\/\/example\.org/);
  assert.match(html, /name="share-steps" type="checkbox" checked[^]*<option value="30" selected/);
  assert.equal((await post({ ...FIELDS, "share-days": "9999" })).status, 400);
  for (let i = 0; i < 100; i++) await post({ "share-days": "1" });
  const full = await post(FIELDS);
  assert.equal(full.status, 422);
  assert.match(await full.text(), /it has 100 links already/);
});

Deno.test("POST /shares/:id/revocation ends a link, and shows those that are left", async () => {
  await using site = await startTestSite();
  const taskId = await startOne(site);
  for (let i = 0; i < 3; i++) await site.postForm(paths.taskShares(taskId), FIELDS);
  const [one, two] = await site.executor.links.listOfTask(taskId);
  const page = await site.postForm(paths.shareRevocation(one?.id ?? ""));
  assert.equal(page.status, 303);
  assert.equal(page.headers.get("Location"), paths.taskShares(taskId));
  const fragment = await site.postForm(paths.shareRevocation(two?.id ?? ""), {}, HTMX);
  assert.match(await fragment.text(), /^<div id="shares">[^]*<h2 id="links">1 link<\/h2>/);
  assert.equal((await site.postForm(paths.shareRevocation(two?.id ?? ""))).status, 404);
});
