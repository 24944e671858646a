import assert from "node:assert/strict";
import { elementById } from "../helpers/live_page.ts";
import { Gate, startModelServer, words } from "../helpers/model_server.ts";
import { type Cluster, type Member, startCluster } from "./helpers/cluster.ts";
import { startDenokv } from "./helpers/denokv_server.ts";
import { Latency } from "./helpers/latency.ts";
import { Tab } from "./helpers/tab.ts";

const PIECES = Array.from({ length: 20 }, (_, i) => `word-${i} `);
const WHOLE = PIECES.join("");
const TASKS = 5;
/** What a page promises is 100 ms, and 500 ms for text; a test shares its machine with others. */
const GENEROUS = 4;

/** Two of its processes: one to read on, one to run on. */
function pairOf({ members: [here, there] }: Cluster): { here: Member; there: Member } {
  return { here: here ?? unreachable(), there: there ?? unreachable() };
}

/** What a page shows of what its first step has streamed; empty where it shows none. */
function writtenIn(html: string): string {
  if (!html.includes('id="step-1-written"')) return "";
  return elementById(html, "step-1-written").replaceAll(/<[^>]*>/g, "");
}

function unreachable(): never {
  throw new Error("Cannot go on: this cannot be");
}

function question(): Record<string, string> {
  return { question: "Why?" };
}

Deno.test("a page on one process follows a task on another: every word once, soon, and its end", async () => {
  const gate = new Gate();
  const model = startModelServer(words(PIECES, { gate }));
  const text = new Latency();
  {
    await using denokv = await startDenokv();
    await using cluster = await startCluster({ denokv, modelUrl: model.baseUrl, size: 2 });
    const { here, there } = pairOf(cluster);
    const appId = await here.api.appId("Ask a model");
    for (let i = 0; i < TASKS; i++) {
      const taskId = await there.api.start(appId, question());
      await model.nextRequest();
      const tab = await Tab.open(here.api.origin, taskId);
      let changed = Promise.withResolvers<void>();
      tab.onMessage((html) => {
        assert.ok(WHOLE.startsWith(writtenIn(html)), `a gap or a repeat: ${writtenIn(html)}`);
        changed.resolve();
      });
      const following = tab.follow();
      let expected = "";
      for (const piece of PIECES) {
        expected += piece;
        const sentAt = performance.now();
        gate.open();
        while (writtenIn(tab.html) !== expected) {
          changed = Promise.withResolvers();
          await changed.promise;
        }
        text.add(performance.now() - sentAt);
      }
      gate.open();
      await following;
      assert.equal(tab.article, (await Tab.open(here.api.origin, taskId)).article);
      assert.equal((await here.api.task(taskId)).outputs[0]?.value, WHOLE);
    }
  }
  await model.close();
  console.log(text.describe("text of another process"));
  assert.ok(text.quantile(0.5) < 500 * GENEROUS);
});

Deno.test("a page on one process shows the steps of a task on another as they end", async () => {
  const model = startModelServer(words(PIECES, { gate: new Gate() }));
  const state = new Latency();
  {
    await using denokv = await startDenokv();
    const settings = { CONCURRENCY: "1" };
    await using cluster = await startCluster(
      { denokv, modelUrl: model.baseUrl, size: 1 },
      settings,
    );
    const here = cluster.members[0] ?? unreachable();
    // Its only place is taken for good, so that it runs nothing else.
    await here.api.start(await here.api.appId("Ask a model"), question());
    await model.nextRequest();
    await cluster.add();
    const appId = await here.api.appId("Slow count");
    for (let i = 0; i < TASKS; i++) {
      const taskId = await here.api.start(appId, { seconds: 0.4 });
      const tab = await Tab.open(here.api.origin, taskId);
      const shownAt = new Map<number, number>();
      tab.onMessage((html) => {
        const [, completed] = /aria-valuenow="(\d+)"/.exec(html) ?? [];
        for (let count = Number(completed); count > 0 && !shownAt.has(count); count--) {
          shownAt.set(count, Date.now());
        }
      });
      await tab.follow();
      assert.equal(tab.article, (await Tab.open(here.api.origin, taskId)).article);
      const { steps } = await here.api.task(taskId);
      for (const [i, { kind, finishedAt }] of steps.entries()) {
        // What ends right after another is held back, as nobody reads more than ten frames a second.
        if (kind !== "wait") continue;
        const at = shownAt.get(i + 1) ?? assert.fail(`the end of step ${i + 1} was never shown`);
        state.add(at - Date.parse(finishedAt ?? ""));
      }
    }
  }
  await model.close();
  console.log(state.describe("the end of a step of another process"));
  assert.ok(state.quantile(0.5) < 100 * GENEROUS);
});

Deno.test("a page follows its task from a process that is killed to the next: no gap, no repeat", async () => {
  const gate = new Gate();
  const model = startModelServer(words(PIECES, { gate }));
  {
    await using denokv = await startDenokv();
    await using cluster = await startCluster({ denokv, modelUrl: model.baseUrl, size: 3 });
    const { here, there } = pairOf(cluster);
    const taskId = await there.api.start(await here.api.appId("Ask a model"), question());
    await model.nextRequest();
    const tab = await Tab.open(here.api.origin, taskId);
    const seen: string[] = [];
    const half = Promise.withResolvers<void>();
    tab.onMessage((html) => {
      const written = writtenIn(html);
      if (seen.at(-1) !== written) seen.push(written);
      if (written === PIECES.slice(0, 10).join("")) half.resolve();
    });
    const following = tab.follow();
    gate.open(10);
    await half.promise;
    await cluster.end(there, "SIGKILL");
    const killedAt = performance.now();
    await model.nextRequest();
    console.log(`taken over ${Math.round(performance.now() - killedAt)} ms after the kill`);
    gate.open(Infinity);
    await following;
    for (const written of seen) assert.ok(WHOLE.startsWith(written), `seen: ${written}`);
    const falls = seen.filter((written, i) => written.length < (seen[i - 1] ?? "").length);
    assert.ok(falls.length <= 2, `the text of an attempt only grows: ${JSON.stringify(seen)}`);
    assert.equal(tab.article, (await Tab.open(here.api.origin, taskId)).article);
    const task = await here.api.task(taskId);
    assert.equal(task.outputs[0]?.value, WHOLE);
    assert.equal(task.steps[0]?.attempt, 2);
  }
  await model.close();
});

Deno.test("POST /tasks/:id/cancellation on one process closes the request of another, mostly within a second", async () => {
  const model = startModelServer(words(PIECES, { gate: new Gate() }));
  const latency = new Latency();
  {
    await using denokv = await startDenokv();
    await using cluster = await startCluster({ denokv, modelUrl: model.baseUrl, size: 2 });
    const { here, there } = pairOf(cluster);
    const appId = await here.api.appId("Ask a model");
    for (let i = 0; i < TASKS; i++) {
      const taskId = await there.api.start(appId, question());
      const request = await model.nextRequest();
      const askedAt = performance.now();
      assert.equal(await here.api.cancel(taskId), 303);
      assert.equal(await request.closed, "left");
      latency.add(performance.now() - askedAt);
      assert.equal((await there.api.task(taskId)).status, "cancelled");
    }
  }
  await model.close();
  console.log(latency.describe("from asking to the closed request of another process"));
  assert.ok(latency.quantile(0.5) < 1_000);
});
