import assert from "node:assert/strict";
import { paths } from "../../../routes/paths.ts";
import { outputOf } from "../../helpers/definitions.ts";
import { HTMX, JSON_ONLY, startTestSite, type TestSite } from "../../helpers/http.ts";
import { elementByClass, eventsUrlOf } from "../../helpers/live_page.ts";
import { revoke, share } from "../../helpers/shares.ts";
import { SseReader } from "../../helpers/sse.ts";
import { assertShows, frame, Tab } from "../../helpers/tab.ts";

/** What somebody sees who asks for it: all of it but what tells one moment from another. */
async function seen(site: TestSite, path: string, headers = {}) {
  const response = await site.get(path, headers);
  return { status: response.status, headers: [...response.headers], body: await response.text() };
}

async function startOne(site: TestSite) {
  const app = await site.add({ outputs: [outputOf("only", "json")] });
  const taskId = await site.start(app.id);
  return { taskId, run: await site.gates.next() };
}

Deno.test("GET /s/:token follows the task until its page equals a fresh one", async () => {
  await using site = await startTestSite();
  const { taskId, run } = await startOne(site);
  const { token } = await share(site, taskId, ["outputs", "steps", "inputs"]);
  const tab = await (await new Tab(site, paths.shared(token)).open()).connect();
  await frame(site);
  assert.equal(tab.messages, 0, "a page that is up to date is told nothing");
  run.write("a beginning");
  await frame(site);
  run.write(", and on");
  await frame(site);
  assert.match(tab.html, /a beginning, and on/);
  run.done({ a: 1 });
  await site.ended(taskId);
  for (let i = 0; i < 3; i++) await frame(site);
  assert.ok(tab.isDone);
  assertShows(tab.article, await tab.freshArticle(), "at the end");
  assert.equal(eventsUrlOf(await tab.freshPage()), null, "there is nothing more to follow");
  assert.equal(site.streams.count, 0);
});

Deno.test("GET /s/:token is for nobody to keep, to find or to trace", async () => {
  await using site = await startTestSite();
  const { taskId, run } = await startOne(site);
  run.done();
  await site.ended(taskId);
  const { token } = await share(site, taskId, ["outputs"]);
  const output = paths.sharedOutputDownload(token, "of_only");
  for (const path of [paths.shared(token), output, paths.sharedEvents(token), paths.shared("x")]) {
    const { headers, body } = await site.get(path);
    assert.equal(headers.get("Referrer-Policy"), "no-referrer", path);
    assert.equal(headers.get("X-Robots-Tag"), "noindex", path);
    assert.match(headers.get("Cache-Control") ?? "", /no-store/, path);
    await body?.cancel();
  }
  const page = await (await site.get(paths.shared(token))).text();
  assert.match(page, /<meta name="robots" content="noindex">/);
  assert.match((await site.get(output)).headers.get("Content-Disposition") ?? "", /of_only\.json/);
});

Deno.test("a link that opens nothing is answered alike, whatever it was and whatever is asked of it", async () => {
  await using site = await startTestSite();
  const { taskId, run } = await startOne(site);
  run.done();
  await site.ended(taskId);
  const expired = await share(site, taskId, ["outputs"]);
  site.clock.advance(3_600_000);
  const revoked = await share(site, taskId, ["outputs"]);
  await revoke(site, revoked.id);
  const other = await site.start((await site.add()).id);
  (await site.gates.next()).done();
  await site.ended(other);
  const deleted = await share(site, other, ["outputs"]);
  await site.executor.tasks.delete(other);
  const ofApp = await site.executor.links.create({
    target: { kind: "app", appId: (await site.add()).id, tokensPerDay: 1 },
    show: ["outputs"],
    origins: [],
    expiresInMs: 3_600_000,
    createdBy: "Ada",
  });
  assert.ok(ofApp.type === "created");
  const good = await share(site, taskId, ["steps"]);
  const tampered = good.token.slice(0, -1) + (good.token.endsWith("A") ? "B" : "A");
  const tokens = [expired, revoked, deleted, ofApp].map(({ token }) => token);
  tokens.push(
    tampered,
    "cbs_",
    "x",
    "%",
    "%ff",
    "a b",
    good.id,
    taskId,
    "__proto__",
    "x".repeat(3e3),
  );
  const outputless = paths.sharedOutput(good.token, "of_only");
  for (const headers of [{}, HTMX, JSON_ONLY]) {
    const wanted = await seen(site, "/s/cbs_never", headers);
    assert.equal(wanted.status, 404);
    const paths_ = tokens.map((token) =>
      token.startsWith("%") ? `/s/${token}` : paths.shared(token)
    );
    for (const path of paths_) {
      for (const rest of ["", "/events", "/outputs/of_only", "/else/where"]) {
        assert.deepEqual(await seen(site, path + rest, headers), wanted, path + rest);
      }
    }
    assert.deepEqual(await seen(site, outputless, headers), wanted, "an output that is not shown");
  }
  const { body } = await seen(site, "/s/cbs_never");
  assert.match(body, /This link is no longer valid\./);
  assert.equal((await site.get(paths.shared(good.token))).status, 200);
});

for (const how of ["revoked", "expired", "deleted"] as const) {
  Deno.test(`whoever looks at a task whose link is ${how} sees nothing of it any more, at once`, async () => {
    await using site = await startTestSite();
    const { taskId, run } = await startOne(site);
    const { id, token } = await share(site, taskId, ["outputs", "steps"]);
    const kept = await share(site, taskId, ["steps"]);
    const tabs = [1, 2].map(() => new Tab(site, paths.shared(token)));
    for (const tab of tabs) await (await tab.open()).connect();
    const urls = tabs.map((tab) => eventsUrlOf(tab.html) ?? "");
    const other = await (await new Tab(site, paths.shared(kept.token)).open()).connect();
    await frame(site);
    run.write("the secret text");
    await frame(site);
    for (const tab of tabs) assert.match(tab.html, /the secret text/);
    if (how === "revoked") await revoke(site, id);
    if (how === "expired") site.clock.advance(3_600_000);
    if (how === "deleted") {
      await site.executor.tasks.cancel(taskId);
      await site.kv.idle();
      await site.executor.tasks.delete(taskId);
    }
    await site.kv.idle();
    for (let i = 0; how === "deleted" && i < 3; i++) await frame(site);
    for (const [i, tab] of tabs.entries()) {
      assert.ok(tab.isDone, "the last message says that it is over");
      assert.match(tab.html, /<h1>This link is no longer valid\.<\/h1>/);
      assert.match(tab.html, /<title>This link is no longer valid – Callboard<\/title>/);
      assert.doesNotMatch(tab.html, /the secret text|Step only/);
      assert.equal((await site.get(urls[i] ?? "")).status, 404, "nobody comes back by it");
    }
    if (how === "revoked") {
      run.write(" and more");
      await frame(site);
      assert.match(other.html, /the secret text and more/, "another link goes on");
      assert.ok(!other.isDone);
      await other.cut();
    }
    assert.equal(site.streams.count, 0);
    assert.deepEqual(site.errors, []);
  });
}

Deno.test("hostile text in a shared task is text on its page and in its stream", async () => {
  await using site = await startTestSite();
  const hostile = `<img src=x onerror=alert(1)></p><hx-partial hx-target="#main">`;
  const app = await site.add({
    inputs: [{ name: "text", label: hostile, type: "text" }],
    steps: [{ id: "only" }],
    outputs: [{ name: "o", label: hostile, type: "markdown", template: "{{ inputs.text }}" }],
  });
  const taskId = await site.start(app.id, { text: hostile });
  const run = await site.gates.next();
  const { token } = await share(site, taskId, ["outputs", "steps", "inputs"]);
  const stream = new SseReader(await site.get(paths.sharedEvents(token))).rest();
  run.write(`${hostile}\n\nevent: done\n\n`);
  await frame(site);
  run.done(hostile);
  await site.ended(taskId);
  for (let i = 0; i < 3; i++) await frame(site);
  const messages = await stream;
  assert.deepEqual(messages.map(({ event }) => event).filter(Boolean), ["done"]);
  const page = await (await site.get(paths.shared(token))).text();
  for (const html of [page, ...messages.map(({ data }) => data)]) {
    assert.doesNotMatch(html, /<img|<hx-partial hx-target="#main">/);
  }
  assert.match(elementByClass(page, "article", "task"), /&lt;img src=x/);
});

Deno.test("GET /s/:token counts views of the page alone", async () => {
  await using site = await startTestSite();
  const { taskId, run } = await startOne(site);
  const { token } = await share(site, taskId, ["outputs"]);
  for (let i = 0; i < 3; i++) await site.get(paths.shared(token));
  await site.request(paths.shared(token), { method: "HEAD" });
  await new SseReader(await site.get(paths.sharedEvents(token))).leave();
  site.clock.advance(2_000);
  await site.kv.idle();
  assert.equal((await site.executor.links.listOfTask(taskId))[0]?.views, 3);
  run.done();
});
