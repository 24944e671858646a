import assert from "node:assert/strict";
import { paths } from "../../routes/paths.ts";
import { assertSound } from "../helpers/database_check.ts";
import { outputOf } from "../helpers/definitions.ts";
import { createGates } from "../helpers/gates.ts";
import { HTMX, startTestSite, type TestSite } from "../helpers/http.ts";
import { elementByClass, eventsUrlOf } from "../helpers/live_page.ts";
import { seededTest } from "../helpers/seed.ts";
import { SseReader } from "../helpers/sse.ts";
import { assertShows, frame, Tab } from "../helpers/tab.ts";

const RUNS = 20;

/** A request for a stream to go on with, as hx-sse sends it; the events that came until its end. */
async function comeBack(site: TestSite, url: string, lastId: string | null) {
  const headers = { ...HTMX, ...(lastId && { "Last-Event-ID": lastId }) };
  const response = await site.get(url, headers);
  if (response.status !== 200) {
    await response.body?.cancel();
    return { status: response.status, headers: response.headers, events: [] };
  }
  const reading = new SseReader(response).rest();
  for (let i = 0; i < 3; i++) await frame(site);
  const events = (await reading).map(({ event }) => event);
  return { status: 200, headers: response.headers, events };
}

seededTest(
  "a task that is over ends every stream with the done event, also for whoever comes back to it",
  async ({ random, report }) => {
    await using site = await startTestSite();
    const app = await site.add({ outputs: [outputOf("only")] });
    let streams = 0;
    for (let i = 0; i < RUNS; i++) {
      const taskId = await site.start(app.id);
      const run = await site.gates.next();
      const tab = await new Tab(site, paths.task(taskId)).open();
      const url = eventsUrlOf(tab.html) ?? "";
      const isThere = random() < 0.5;
      if (isThere) await tab.connect();
      if (random() < 0.5) run.write("half of it");
      await frame(site);
      const end = random();
      if (end < 0.4) run.done("all of it");
      else if (end < 0.7) run.fail();
      else await site.executor.tasks.cancel(taskId);
      for (let frames = 0; frames < 3; frames++) await frame(site);
      if (!isThere) await tab.connect();
      for (let frames = 0; frames < 3; frames++) await frame(site);
      assert.ok(tab.isDone, "it is told of the end");
      assert.equal(tab.requests, 1);
      assertShows(tab.article, await tab.freshArticle(), `run ${i}`);
      // A client that does not heed it, or is not sure: told again, and of nothing else.
      const again = await comeBack(site, url, tab.lastId);
      assert.deepEqual(again.events, ["done"]);
      streams += 2;
    }
    assert.equal(site.streams.count, 0);
    report(`fault 17: ${RUNS} tasks that ended, ${streams} streams, each closed by its last event`);
  },
);

seededTest(
  "a task deleted while its page follows it, or was away: done, then 404, and nothing is left",
  async ({ random, report }) => {
    // Runs that do not heed their abort: a cancelled task is followed until they have ended.
    const gates = createGates({ onAbort: "ignore" });
    await using site = await startTestSite({ gates });
    const app = await site.add();
    let refused = 0;
    for (let i = 0; i < RUNS; i++) {
      const taskId = await site.start(app.id);
      const run = await site.gates.next();
      const tab = await (await new Tab(site, paths.task(taskId)).open()).connect();
      const url = eventsUrlOf(tab.html) ?? "";
      await frame(site);
      run.write("some of it");
      await frame(site);
      assert.equal((await site.request(paths.task(taskId), { method: "DELETE" })).status, 409);
      assert.ok(tab.isConnected, "what was refused has no effect");
      await site.executor.tasks.cancel(taskId);
      await frame(site);
      const isAway = random() < 0.5;
      if (isAway) await tab.cut();
      const isClosed = random() < 0.5;
      if (isClosed) run.done();
      for (let frames = 0; frames < 2; frames++) await frame(site);
      assert.equal(tab.isDone, isClosed && !isAway);
      assert.equal((await site.request(paths.task(taskId), { method: "DELETE" })).status, 204);
      for (let frames = 0; frames < 3; frames++) await frame(site);
      assert.equal(tab.isDone, !isAway, "whoever is there is told that it is over");
      assert.equal(tab.isGone, !isAway && !isClosed, "and why, unless all was told before");
      // The page's script gives up after two of these, and says so.
      for (let requests = 0; requests < 2; requests++) {
        const { status, headers } = await comeBack(site, url, tab.lastId);
        assert.equal(status, 404);
        assert.match(headers.get("Cache-Control") ?? "", /no-store/);
        refused++;
      }
      if (!isClosed) run.done();
    }
    for (let seconds = 0; seconds < 12; seconds++) {
      await site.kv.idle();
      site.clock.advance(1_000);
    }
    await site.kv.idle();
    assert.equal(site.streams.count, 0);
    assert.deepEqual(site.errors, []);
    const { tasks } = await assertSound(site.kv, { now: site.clock.now(), isAtRest: true });
    assert.equal(tasks, 0);
    report(
      `fault 17: ${RUNS} tasks deleted under their readers, ${refused} times 404, 0 streams left`,
    );
  },
);

seededTest(
  "a first connect that a stopping process refuses: the same page goes on with the next process",
  async ({ random, report }) => {
    const kv = await Deno.openKv(":memory:");
    const counted = { refused: 0, recovered: 0 };
    {
      await using first = await startTestSite({ kv });
      const app = await first.add({ outputs: [outputOf("only")] });
      const taskIds: string[] = [];
      for (let i = 0; i < RUNS; i++) taskIds.push(await first.start(app.id));
      const pages = new Map<string, string>();
      for (const taskId of taskIds) {
        (await first.gates.next(taskId)).write("before the stop");
        pages.set(taskId, await (await first.get(paths.task(taskId))).text());
      }
      first.clock.advance(500);
      await first.kv.idle();
      first.streams.closeAll();
      for (const html of pages.values()) {
        const { status, headers } = await comeBack(first, eventsUrlOf(html) ?? "", null);
        assert.equal(status, 503);
        assert.equal(headers.get("HX-Reswap"), "none", "no error is swapped into the page");
        assert.match(headers.get("Cache-Control") ?? "", /no-store/);
        assert.ok(Number(headers.get("Retry-After")) > 0);
        counted.refused++;
      }
      await first[Symbol.asyncDispose]();

      await using second = await startTestSite({ kv, clock: first.clock, processId: "p2" });
      for (const [taskId, html] of pages) {
        const tab = new Tab(second, paths.task(taskId));
        tab.html = html;
        const isLate = random() < 0.5;
        if (!isLate) await tab.connect();
        (await second.gates.next(taskId)).done(`the end of ${taskId}`);
        await second.ended(taskId);
        for (let frames = 0; frames < 2; frames++) await frame(second);
        if (isLate) await tab.connect();
        for (let frames = 0; frames < 2; frames++) await frame(second);
        assert.ok(tab.isDone);
        assertShows(tab.article, elementByClass(await tab.freshPage(), "article", "task"), taskId);
        assert.match(tab.html, new RegExp(`the end of ${taskId}`));
        counted.recovered++;
      }
      assert.equal(second.streams.count, 0);
    }
    kv.close();
    report(
      `fault 17: ${counted.refused} first connects refused with 503, ${counted.recovered} pages ` +
        `went on with the next process`,
    );
  },
);
