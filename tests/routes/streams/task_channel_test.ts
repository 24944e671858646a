import assert from "node:assert/strict";
import { paths } from "../../../routes/paths.ts";
import { inARow, outputOf, TEXT_INPUT } from "../../helpers/definitions.ts";
import { startTestSite, type TestSite } from "../../helpers/http.ts";
import { applyMessage, elementByClass, elementById, eventsUrlOf } from "../../helpers/live_page.ts";
import { SseReader } from "../../helpers/sse.ts";
import { frame, Tab } from "../../helpers/tab.ts";

const HOSTILE =
  `<b>x\r\ny\rz\n\nevent: done\ndata: <hx-partial hx-target="#main">\u2028</hx-partial>`;

Deno.test("GET /tasks/:id/events tells a page of each change until it equals a fresh one", async () => {
  await using site = await startTestSite();
  const app = await site.add({
    inputs: [TEXT_INPUT],
    steps: [
      { id: "a", config: { x: "{{ inputs.text }}" } },
      ...inARow("b").map((step) => ({
        ...step,
        needs: ["a"],
      })),
    ],
    outputs: [outputOf("a", "markdown"), outputOf("b", "json")],
  });
  const taskId = await site.start(app.id, { text: HOSTILE });
  const a = await site.gates.next("a");
  const tab = await (await new Tab(site, paths.task(taskId)).open()).connect();
  await frame(site);
  assert.equal(tab.messages, 0, "a page that is up to date is told nothing");

  a.write(HOSTILE);
  await frame(site);
  assert.match(elementById(tab.html, "step-1-written"), /&lt;b&gt;x/);
  a.write(" and more");
  await frame(site);
  assert.match(elementById(tab.html, "step-1-written"), / and more<\/p>$/);
  a.done(HOSTILE);
  const b = await site.gates.next("b");
  await frame(site);
  b.done({ hostile: HOSTILE });
  await site.ended(taskId);
  await frame(site);
  await frame(site);
  assert.ok(tab.isDone);
  assert.equal(tab.article, await tab.freshArticle());
  assert.doesNotMatch(tab.html, /<b>x/);
  assert.equal(site.streams.count, 0);
});

Deno.test("GET /tasks/:id/events sends what is new to a reader whose state is ours, else a snapshot", async () => {
  await using site = await startTestSite();
  const app = await site.add();
  const taskId = await site.start(app.id);
  const run = await site.gates.next();
  run.write("the beginning");
  const html = await (await site.get(paths.task(taskId))).text();
  const url = eventsUrlOf(html) ?? "";
  const equal = new URL(url, "http://x").searchParams.get("after") ?? "";
  const unknown = new SseReader(await site.get(paths.taskEvents(taskId)));
  assert.equal((await unknown.next())?.id, equal, "no state at all is another one");
  await unknown.leave();
  await frame(site);

  const same = new SseReader(await site.get(paths.taskEvents(taskId, equal)));
  const wins = new SseReader(
    await site.get(paths.taskEvents(taskId, "p0.1.0"), { "Last-Event-ID": equal }),
  );
  await frame(site);
  await frame(site);
  run.write(" and on");
  for (const reader of [same, wins]) {
    const message = await reader.next();
    assert.doesNotMatch(message?.data ?? "", /task-status|the beginning/, "only what is new");
    assert.match(message?.data ?? "", / and on/);
    await reader.leave();
  }
  await frame(site);
  assert.equal(site.streams.count, 0);
});

Deno.test("GET /tasks/:id/events of a task that has ended ends at once, with the done event", async () => {
  await using site = await startTestSite();
  const app = await site.add({ outputs: [outputOf("only")] });
  const taskId = await site.start(app.id);
  (await site.gates.next()).done("the result");
  await site.ended(taskId);
  const response = await site.get(paths.taskEvents(taskId));
  assert.equal(response.headers.get("Content-Type"), "text/event-stream; charset=utf-8");
  assert.match(response.headers.get("Cache-Control") ?? "", /no-store/);
  assert.equal(response.headers.get("X-Accel-Buffering"), "no");
  const [snapshot, done, ...more] = await new SseReader(response).rest();
  assert.match(snapshot?.data ?? "", /the result/);
  assert.deepEqual(done, { id: null, event: "done", data: "" });
  assert.deepEqual(more, []);
  const again = await site.get(paths.taskEvents(taskId), { "Last-Event-ID": snapshot?.id ?? "" });
  assert.deepEqual(await new SseReader(again).rest(), [{ id: null, event: "done", data: "" }]);
});

Deno.test("a change goes out at once, those of the next tenth of a second together", async () => {
  await using site = await startTestSite();
  const app = await site.add();
  const taskId = await site.start(app.id);
  const run = await site.gates.next();
  const tab = await (await new Tab(site, paths.task(taskId)).open()).connect();
  await frame(site);
  run.write("one ");
  await site.kv.idle();
  assert.equal(tab.messages, 1);
  for (const word of ["two ", "three ", "four"]) {
    run.write(word);
    await site.kv.idle();
  }
  assert.equal(tab.messages, 1);
  await frame(site);
  assert.equal(tab.messages, 2);
  assert.match(elementById(tab.html, "step-1-written"), />one two three four</);
  run.done();
  await tab.cut();
});

Deno.test("readers of a task share its reading and its messages", async () => {
  await using site = await startTestSite();
  const app = await site.add();
  const taskId = await site.start(app.id);
  const run = await site.gates.next();
  const opened = await Promise.all(
    Array.from(
      { length: 20 },
      async () => await (await new Tab(site, paths.task(taskId)).open()).connect(),
    ),
  );
  await frame(site);
  await frame(site);
  let reads = 0;
  const { get } = site.kv;
  site.kv.get = (key) => {
    if (key[0] === "task") reads++;
    return Reflect.apply(get, site.kv, [key]);
  };
  run.write("shared");
  await site.kv.idle();
  assert.equal(reads, 1);
  assert.deepEqual(opened.map(({ messages }) => messages), opened.map(() => 1));
  for (const tab of opened) await tab.cut();
  await frame(site);
  run.write("unread");
  await frame(site);
  assert.equal(reads, 1, "a task without readers is not read");
  run.done();
});

Deno.test("a reader that lags misses messages, holds nobody up, and catches up with a snapshot", async () => {
  await using site = await startTestSite();
  const app = await site.add({ outputs: [outputOf("only")] });
  const taskId = await site.start(app.id);
  const run = await site.gates.next();
  const slowTab = await new Tab(site, paths.task(taskId)).open();
  const slow = new SseReader(await site.get(eventsUrlOf(slowTab.html) ?? ""));
  const quick = await (await new Tab(site, paths.task(taskId)).open()).connect();
  await frame(site);
  for (let i = 0; i < 40; i++) {
    run.write(`${i} ${"long ".repeat(2_500)}`);
    await frame(site);
  }
  assert.ok(quick.messages >= 40);
  run.done("the end");
  await site.ended(taskId);
  await frame(site);
  assert.ok(quick.isDone);

  let bytes = 0;
  let html = slowTab.html;
  let lastId: string | null = null;
  let isDone = false;
  for (const { id, event, data } of await slow.rest()) {
    bytes += data.length;
    if (event === "done") isDone = true;
    else {
      html = applyMessage(html, data);
      lastId = id;
    }
  }
  assert.ok(bytes < 400_000, `what waits for a reader is bounded, not ${bytes}`);
  if (!isDone) {
    const again = await site.get(eventsUrlOf(slowTab.html) ?? "", {
      "Last-Event-ID": lastId ?? "",
    });
    const messages = await new SseReader(again).rest();
    assert.equal(messages.at(-1)?.event, "done");
    for (const { event, data } of messages) if (event === null) html = applyMessage(html, data);
  }
  assert.equal(elementByClass(html, "article", "task"), await quick.freshArticle());
});

Deno.test("a slow reader that reads on while the task runs is brought up to date", async () => {
  await using site = await startTestSite();
  const app = await site.add();
  const taskId = await site.start(app.id);
  const run = await site.gates.next();
  const tab = await new Tab(site, paths.task(taskId)).open();
  const slow = new SseReader(await site.get(eventsUrlOf(tab.html) ?? ""));
  await frame(site);
  for (let i = 0; i < 40; i++) {
    run.write(`${i} ${"long ".repeat(2_500)}`);
    await frame(site);
  }
  run.write("the very last words");
  await frame(site);
  let html = tab.html;
  for (let i = 0; i < 100 && !html.includes("the very last words"); i++) {
    const message = await slow.next();
    html = applyMessage(html, message?.data ?? "");
    await frame(site);
  }
  assert.match(elementById(html, "step-1-written"), /the very last words<\/p>$/);
  const fresh = await (await site.get(paths.task(taskId))).text();
  assert.equal(elementById(html, "step-1-written"), elementById(fresh, "step-1-written"));
  await slow.leave();
  run.done();
});

Deno.test("streams end when the process stops, new ones are refused in a way htmx swaps nowhere", async () => {
  await using site = await startTestSite();
  const app = await site.add();
  const taskId = await site.start(app.id);
  const reader = new SseReader(await site.get(paths.taskEvents(taskId)));
  await reader.next();
  site.streams.closeAll();
  assert.deepEqual(await reader.rest(), [], "without the done event: it is to come back");
  const refused = await site.get(paths.taskEvents(taskId));
  assert.equal(refused.status, 503);
  assert.equal(refused.headers.get("HX-Reswap"), "none");
  assert.equal(refused.headers.get("Cache-Control"), "no-store");
});

Deno.test("a page goes on with another process where the first one stopped", async () => {
  const kv = await Deno.openKv(":memory:");
  {
    await using first = await startTestSite({ kv });
    const app = await first.add({ outputs: [outputOf("only")] });
    const taskId = await first.start(app.id);
    (await first.gates.next()).write("before the stop");
    first.clock.advance(500);
    await first.kv.idle();
    const html = await (await first.get(paths.task(taskId))).text();
    await first[Symbol.asyncDispose]();

    await using second = await startTestSite({ kv, clock: first.clock, processId: "p2" });
    const run = await second.gates.next();
    const reader = new SseReader(await second.get(eventsUrlOf(html) ?? ""));
    const message = await reader.next();
    assert.match(message?.id ?? "", /^p2\./);
    let shown = applyMessage(html, message?.data ?? "");
    run.done("after it");
    for (const { event, data } of await endOf(second, reader)) {
      if (event === null) shown = applyMessage(shown, data);
    }
    const fresh = await (await second.get(paths.task(taskId))).text();
    assert.equal(
      elementByClass(shown, "article", "task"),
      elementByClass(fresh, "article", "task"),
    );
  }
  kv.close();
});

async function endOf(site: TestSite, reader: SseReader) {
  const rest = reader.rest();
  for (let i = 0; i < 3; i++) await frame(site);
  return await rest;
}
