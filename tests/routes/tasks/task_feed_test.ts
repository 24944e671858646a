import assert from "node:assert/strict";
import { paths } from "../../../routes/paths.ts";
import { startTestSite } from "../../helpers/http.ts";

const HOSTILE = `<b>&"'</b> \u0007 ]]> \uFFFE x`;

/** The texts of each element of this name, as they stand. */
function textsOf(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g"))].map(([, text = ""]) =>
    text
  );
}

Deno.test("GET /tasks.atom is a feed of the newest tasks", async () => {
  await using site = await startTestSite();
  const empty = await (await site.get(paths.taskFeed())).text();
  assert.deepEqual(textsOf(empty, "updated"), ["1970-01-01T00:00:00.000Z"]);
  const app = await site.add({ name: HOSTILE });
  const first = await site.start(app.id);
  (await site.gates.next()).done("x");
  await site.ended(first);
  site.clock.advance(1_000);
  const second = await site.start(app.id);
  const response = await site.get(paths.taskFeed());
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("Content-Type"), "application/atom+xml; charset=utf-8");
  const xml = await response.text();
  assert.match(
    xml,
    /^<\?xml version="1\.0" encoding="utf-8"\?>\n<feed xmlns="http:\/\/www\.w3\.org\/2005\/Atom">/,
  );
  const [newest, oldest] = [await site.read(second), await site.read(first)];
  assert.deepEqual(textsOf(xml, "updated"), [
    newest.startedAt,
    newest.startedAt,
    oldest.finishedAt,
  ]);
  const links = [...xml.matchAll(/href="http:\/\/callboard\.test([^"]*)"/g)].map(([, path]) =>
    path
  );
  assert.deepEqual(links, ["/tasks.atom", "/tasks", paths.task(second), paths.task(first)]);
  const escaped = `&lt;b&gt;&amp;&quot;'&lt;/b&gt; \uFFFD ]]&gt; \uFFFD x`;
  assert.deepEqual(textsOf(xml, "title").slice(1), [
    `${escaped}: running`,
    `${escaped}: completed`,
  ]);
});

Deno.test("GET /tasks.atom names a task the same as long as it lives, by 128 bits of its id", async () => {
  await using site = await startTestSite();
  const app = await site.add();
  const taskId = await site.start(app.id);
  const idsNow = async () => textsOf(await (await site.get(paths.taskFeed())).text(), "id");
  const before = await idsNow();
  (await site.gates.next()).done("x");
  await site.ended(taskId);
  assert.deepEqual(await idsNow(), before);
  assert.match(before[1] ?? "", /^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});

Deno.test("GET /tasks.atom leads by https where a proxy of ours speaks it", async () => {
  await using site = await startTestSite({ trustedProxies: 1 });
  const xml = await (await site.get(paths.taskFeed(), { "X-Forwarded-Proto": "https" })).text();
  const hrefs = [...xml.matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
  assert.deepEqual(hrefs, [
    "https://callboard.test/tasks.atom",
    "https://callboard.test/tasks",
  ]);
});

Deno.test("GET /tasks.atom keeps to filters, and the history leads to it", async () => {
  await using site = await startTestSite({ concurrency: 0 });
  const app = await site.add();
  const other = await site.add();
  await site.start(app.id);
  await site.start(other.id);
  const xml = await (await site.get(paths.taskFeed({ app: app.id, limit: 1 }))).text();
  assert.equal(textsOf(xml, "published").length, 1);
  assert.match(
    xml,
    new RegExp(`<id>http://callboard.test/tasks.atom\\?app=${app.id}&amp;limit=1</id>`),
  );
  assert.equal((await site.get("/tasks.atom?limit=0")).status, 400);
  const page = await (await site.get(paths.tasks({ status: "failed" }))).text();
  assert.match(
    page,
    /<link rel="alternate" type="application\/atom\+xml"[^>]*href="\/tasks\.atom\?status=failed"/,
  );
});
