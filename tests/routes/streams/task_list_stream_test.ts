import assert from "node:assert/strict";
import { paths } from "../../../routes/paths.ts";
import { startTestSite, type TestSite } from "../../helpers/http.ts";
import { applyMessage, elementById, eventsUrlOf } from "../../helpers/live_page.ts";
import { SseReader } from "../../helpers/sse.ts";

async function frame(site: TestSite): Promise<void> {
  await site.kv.idle();
  site.clock.advance(100);
  await site.kv.idle();
}

/** A page of the history, and the stream it follows. */
async function follow(site: TestSite, path: string = paths.tasks()) {
  const html = await (await site.get(path)).text();
  const reader = new SseReader(await site.get(eventsUrlOf(html) ?? ""));
  return { html, reader };
}

/** The page after all that has come: the stream is ended to see it. */
async function pageAfter(site: TestSite, { html, reader }: Awaited<ReturnType<typeof follow>>) {
  await frame(site);
  await frame(site);
  site.streams.closeAll();
  const messages = await reader.rest();
  return messages.reduce((page, { data }) => applyMessage(page, data), html);
}

Deno.test("GET /tasks/events brings the running rows of a page up to date", async () => {
  await using site = await startTestSite();
  const app = await site.add();
  const [one, two] = [await site.start(app.id), await site.start(app.id)];
  await site.start(app.id);
  const page = await follow(site);
  await frame(site);
  (await site.gates.next(one)).done();
  (await site.gates.next(two)).fail();
  await site.ended(one);
  await site.ended(two);
  const shown = await pageAfter(site, page);
  const fresh = await (await site.get(paths.tasks())).text();
  for (const id of [one, two]) {
    assert.equal(elementById(shown, `row-${id}`), elementById(fresh, `row-${id}`));
  }
  assert.match(elementById(shown, `row-${one}`), /Completed/);
  assert.match(elementById(shown, `row-${two}`), /Failed/);
});

Deno.test("GET /tasks/events says how many tasks are new, and moves no row", async () => {
  await using site = await startTestSite({ concurrency: 0 });
  const app = await site.add();
  await site.start(app.id);
  const page = await follow(site);
  await frame(site);
  for (let i = 0; i < 3; i++) await site.start(app.id);
  const shown = await pageAfter(site, page);
  assert.match(elementById(shown, "new-tasks"), />3\s*new tasks</);
  assert.equal([...shown.matchAll(/id="row-/g)].length, 1);
});

Deno.test("GET /tasks/events counts what came between the page and its stream", async () => {
  await using site = await startTestSite({ concurrency: 0 });
  const app = await site.add();
  const html = await (await site.get(paths.tasks())).text();
  await site.start(app.id);
  const reader = new SseReader(await site.get(eventsUrlOf(html) ?? ""));
  assert.match((await reader.next())?.data ?? "", />1\s*new task</);
  await reader.leave();
});

Deno.test("GET /tasks/events counts up to ninety-nine", async () => {
  await using site = await startTestSite({ concurrency: 0 });
  const app = await site.add();
  const page = await follow(site);
  for (let i = 0; i < 101; i++) await site.start(app.id);
  const shown = await pageAfter(site, page);
  assert.match(elementById(shown, "new-tasks"), />99\+\s*new tasks</);
});

Deno.test("GET /tasks/events counts by the page's filters", async () => {
  await using site = await startTestSite({ concurrency: 0 });
  const [mine, other] = [await site.add(), await site.add()];
  const page = await follow(site, paths.tasks({ app: mine.id, status: "running" }));
  await site.start(mine.id);
  const cancelled = await site.start(mine.id);
  await site.executor.tasks.cancel(cancelled);
  await site.start(other.id);
  const shown = await pageAfter(site, page);
  assert.match(elementById(shown, "new-tasks"), />1\s*new task</);
  const [, link = ""] = /href="([^"]*)"/.exec(elementById(shown, "new-tasks")) ?? [];
  assert.equal(link.replaceAll("&amp;", "&"), paths.tasks({ status: "running", app: mine.id }));
});

Deno.test("GET /tasks/events of an old page tells of its own rows alone", async () => {
  await using site = await startTestSite();
  const app = await site.add();
  const old = await site.start(app.id);
  const before = await site.start(app.id);
  const page = await follow(site, paths.tasks({ before }));
  for (const id of [old, before]) (await site.gates.next(id)).done();
  await site.ended(old);
  await site.ended(before);
  const shown = await pageAfter(site, page);
  assert.match(elementById(shown, `row-${old}`), /Completed/);
});

Deno.test("GET /tasks/events of a page without running rows names no row that is not on it", async () => {
  await using site = await startTestSite();
  const app = await site.add();
  const done = await site.start(app.id);
  (await site.gates.next()).done();
  await site.ended(done);
  const running = await site.start(app.id);
  const page = await follow(site, paths.tasks({ before: running }));
  assert.doesNotMatch(page.html, new RegExp(`row-${running}`));
  await frame(site);
  (await site.gates.next()).done();
  await site.ended(running);
  const shown = await pageAfter(site, page);
  assert.match(elementById(shown, `row-${done}`), /Completed/);
});

Deno.test("GET /tasks/events without a query follows what runs", async () => {
  await using site = await startTestSite();
  const app = await site.add();
  const taskId = await site.start(app.id);
  const reader = new SseReader(await site.get(paths.taskListEvents()));
  assert.match((await reader.next())?.data ?? "", new RegExp(`#row-${taskId}`));
  await reader.leave();
  assert.equal(site.streams.count, 0);
});
