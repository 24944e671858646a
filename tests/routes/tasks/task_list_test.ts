import assert from "node:assert/strict";
import { paths, type TaskListQuery } from "../../../routes/paths.ts";
import { HTMX, JSON_ONLY, startTestSite, type TestSite } from "../../helpers/http.ts";

const OLDEST = `tsk_${"0".repeat(26)}`;

/** Sixty tasks of two apps, the newest first; every third has completed. */
async function sixtyTasks(site: TestSite) {
  const apps = [await site.add({ name: "First" }), await site.add({ name: "Second" })];
  const ids: string[] = [];
  for (let i = 0; i < 60; i++) {
    site.clock.jump(1_000);
    const id = await site.start(apps[i % 2]?.id ?? "");
    ids.unshift(id);
    const run = await site.gates.next();
    if (i % 3 !== 0) continue;
    run.done();
    await site.ended(id);
  }
  return { ids, apps };
}

async function idsOn(site: TestSite, path: string): Promise<string[]> {
  const html = await (await site.get(path)).text();
  return [...html.matchAll(/id="row-(tsk_\w+)"/g)].map(([, id = ""]) => id);
}

function linkOf(html: string, id: string): string | null {
  const [link] = new RegExp(`<a[^>]*id="${id}"[^>]*>`).exec(html) ?? [];
  return link === undefined
    ? null
    : /href="([^"]*)"/.exec(link)?.[1]?.replaceAll("&amp;", "&") ?? null;
}

Deno.test("GET /tasks pages through sixty tasks and back, by real links", async () => {
  await using site = await startTestSite();
  const { ids } = await sixtyTasks(site);
  const seen: string[][] = [];
  let path: string | null = paths.tasks();
  const visited: string[] = [];
  while (path !== null) {
    visited.push(path);
    seen.push(await idsOn(site, path));
    path = linkOf(await (await site.get(path)).text(), "older-tasks");
  }
  assert.deepEqual(seen, [ids.slice(0, 25), ids.slice(25, 50), ids.slice(50)]);
  const third = await (await site.get(visited[2] ?? "")).text();
  const back = linkOf(third, "newer-tasks") ?? "";
  assert.deepEqual(await idsOn(site, back), ids.slice(25, 50));
  const first = linkOf(await (await site.get(back)).text(), "newer-tasks") ?? "";
  assert.deepEqual(await idsOn(site, first), ids.slice(0, 25));
  assert.equal(linkOf(await (await site.get(first)).text(), "newer-tasks"), null);
});

Deno.test("GET /tasks keeps to its filters and its size, also in its links", async () => {
  await using site = await startTestSite();
  const { ids, apps } = await sixtyTasks(site);
  const app = apps[0]?.id ?? "";
  const ofApp = ids.filter((_, i) => (59 - i) % 2 === 0);
  const completed = ids.filter((_, i) => (59 - i) % 3 === 0);
  assert.deepEqual(await idsOn(site, paths.tasks({ app, limit: 100 })), ofApp);
  assert.deepEqual(await idsOn(site, paths.tasks({ status: "completed" })), completed);
  const both: TaskListQuery = { app, status: "completed", limit: 4 };
  const expected = ofApp.filter((id) => completed.includes(id));
  assert.deepEqual(await idsOn(site, paths.tasks(both)), expected.slice(0, 4));
  const older = linkOf(await (await site.get(paths.tasks(both))).text(), "older-tasks") ?? "";
  assert.deepEqual(await idsOn(site, older), expected.slice(4, 8));
  assert.deepEqual(await idsOn(site, paths.tasks({ status: "failed" })), []);
});

Deno.test("GET /tasks is a page, or just the list for htmx", async () => {
  await using site = await startTestSite();
  const page = await site.get(paths.tasks());
  assert.equal(page.status, 200);
  assert.match(page.headers.get("Vary") ?? "", /HX-Request/);
  assert.equal(page.headers.get("Cache-Control"), "no-store");
  const html = await page.text();
  assert.match(html, /<html/);
  assert.match(html, /href="\/playground"/, "an empty history leads to the Playground");
  const fragment = await site.get(paths.tasks(), HTMX);
  assert.match(fragment.headers.get("Vary") ?? "", /HX-Request/);
  const part = await fragment.text();
  assert.doesNotMatch(part, /<html|<nav class="sidebar/);
  assert.ok(html.includes('id="task-list"') && part.includes('id="task-list"'));
});

Deno.test("GET /tasks refuses a cursor, a size or a status that makes no sense", async () => {
  await using site = await startTestSite();
  const wrong = [
    "limit=0",
    "limit=101",
    "limit=-1",
    "limit=1.5",
    "limit=x",
    "limit=1e1",
    "before=nonsense",
    "after=tsk_1",
    "before=app_01kdyak348vpjzxb42jtsw4ck7",
    "after=tsk_zzzzzzzzzzzzzzzzzzzzzzzzzz",
    "status=done",
    `app=${"x".repeat(61)}`,
    `before=${OLDEST}&after=${OLDEST}`,
  ];
  for (const query of wrong) {
    const page = await site.get(`/tasks?${query}`);
    assert.equal(page.status, 400, query);
    assert.match(await page.text(), /Cannot show this part of the list/);
    const events = await site.get(`/tasks/events?${query}`);
    if (!/^(before|after)/.test(query)) assert.equal(events.status, 400, query);
    await events.body?.cancel();
  }
  const problem = await site.get("/tasks?limit=0", JSON_ONLY);
  assert.equal(problem.headers.get("Content-Type"), "application/problem+json");
  const { status, detail } = await problem.json();
  assert.equal(status, 400);
  assert.match(detail, /"limit" has to be a whole number from 1 to 100, not "0"/);
  const cursors = await (await site.get(`/tasks?before=${OLDEST}&after=${OLDEST}`)).text();
  assert.match(cursors, /list: give &quot;before&quot; or &quot;after&quot;, not both/);
  for (const query of ["limit=1", "limit=100", "status=", "before=", "app=unknown&unknown=1"]) {
    assert.equal((await site.get(`/tasks?${query}`)).status, 200, query);
  }
});

Deno.test("GET /tasks takes an unknown but well-formed cursor for a position", async () => {
  await using site = await startTestSite();
  const { ids } = await sixtyTasks(site);
  const newest = `tsk_7${"z".repeat(25)}`;
  assert.deepEqual(await idsOn(site, paths.tasks({ before: newest })), ids.slice(0, 25));
  assert.deepEqual(await idsOn(site, paths.tasks({ after: newest })), ids.slice(0, 25));
  assert.deepEqual(await idsOn(site, paths.tasks({ after: OLDEST })), ids.slice(35));
  const nothing = await site.get(paths.tasks({ before: OLDEST }));
  assert.equal(nothing.status, 200);
  const html = await nothing.text();
  assert.match(html, /No tasks in this part of the history/);
  assert.match(html, /href="\/tasks"/);
});
