import assert from "node:assert/strict";
import { RetryableError } from "../../executor/steps/step_kind.ts";
import { paths } from "../../routes/paths.ts";
import { outputOf } from "../helpers/definitions.ts";
import { startTestSite, type TestSite } from "../helpers/http.ts";
import { applyMessage, elementByClass, elementById, eventsUrlOf } from "../helpers/live_page.ts";
import { seededTest } from "../helpers/seed.ts";
import { SseReader } from "../helpers/sse.ts";
import { assertShows, frame, Tab } from "../helpers/tab.ts";

const WALKS = 8;
const ACTS = 40;
/** Of the tabs of a walk, the first loses its connection after one message, the next after two. */
const TABS = 12;
const PIECES = ["word ", "🎈<b>", "\ud83c", "\udf88", "\n\n", "&amp; ", "\r", "x".repeat(3_000)];
const RESULTS = ["text", { x: [1, 2] }, "# Title\n\n* a"];

const SKETCH = {
  steps: [
    { id: "a", retry: { attempts: 3, backoff: 1 } },
    { id: "b", onError: "continue" as const },
    { id: "c", needs: ["a"] },
    { id: "d", needs: ["b", "c"] },
    { id: "e", needs: ["c"], when: "steps.b.error == nil" },
  ],
  outputs: [outputOf("a", "markdown"), outputOf("d", "json"), outputOf("b")],
};

type Random = () => number;

function pick<Item>(random: Random, items: readonly Item[]): Item | undefined {
  return items[Math.floor(random() * items.length)];
}

/** Something that happens to a task, and shows. */
async function act(site: TestSite, taskId: string, random: Random): Promise<void> {
  const run = pick(random, site.gates.runs.filter(({ isOver }) => !isOver));
  const move = random();
  if (move < 0.55) run?.write(pick(random, PIECES) ?? "");
  else if (move < 0.75) run?.done(pick(random, RESULTS), { inputTokens: 3, outputTokens: 5 });
  else if (move < 0.8) run?.fail();
  else if (move < 0.87) run?.fail(new RetryableError("Not now"));
  else if (move < 0.93) run?.wait(site.clock.now() + 250);
  else if (move < 0.95) await site.executor.tasks.cancel(taskId);
  else site.clock.advance(1_000);
}

/** Lets what was sent be read, and what was asked for be sent. */
async function settle(site: TestSite): Promise<void> {
  for (let i = 0; i < 3; i++) await frame(site);
}

seededTest(
  "a stream cut after any message, or after each: whoever is connected shows what a fresh page does",
  async ({ random, report }) => {
    const counted = { cuts: 0, messages: 0, compared: 0 };
    for (let walk = 0; walk < WALKS; walk++) {
      await using site = await startTestSite();
      const app = await site.add(SKETCH);
      const taskId = await site.start(app.id);
      await site.kv.idle();
      const tabs = Array.from({ length: TABS }, () => new Tab(site, paths.task(taskId)));
      for (const [i, tab] of tabs.entries()) {
        await (await tab.open()).connect();
        tab.cutAfter = i + 1;
      }
      const [restless] = tabs;
      for (let i = 0; i < ACTS; i++) {
        await act(site, taskId, random);
        await settle(site);
        const fresh = await tabs[0]!.freshArticle();
        for (const [at, tab] of tabs.entries()) {
          if (!tab.isConnected && !tab.isDone) {
            counted.cuts++;
            tab.cutAfter = tab === restless ? tab.messages + 1 : Infinity;
            if (tab === restless || random() < 0.3) await tab.connect();
          } else {
            counted.compared++;
            assertShows(tab.article, fresh, `walk ${walk}, act ${i}, tab ${at}`);
          }
        }
        await settle(site);
      }
      await site.executor.tasks.cancel(taskId);
      await settle(site);
      for (const tab of tabs) {
        while (!tab.isDone) {
          await tab.connect();
          await settle(site);
        }
        counted.messages += tab.messages;
        counted.compared++;
        assertShows(tab.article, await tab.freshArticle(), `walk ${walk}, at the end`);
      }
      assert.equal(site.streams.count, 0);
      assert.deepEqual(site.errors, []);
    }
    report(
      `fault 16: ${WALKS * TABS} tabs, ${counted.messages} messages, ${counted.cuts} times away, ` +
        `${counted.compared} pages as a fresh one`,
    );
  },
);

/** What no server has sent, or sends no more. */
function bogusIds(equal: string, random: Random): string[] {
  const [, revision = "", length = ""] = equal.split(".");
  const number = () => Math.floor(random() * 1e6);
  return [
    "0",
    "-1",
    "p1",
    "p1..",
    "p1.NaN.x",
    "p1.-3.-7",
    "p1.999999.0",
    `p1.${revision}.${Number(length) + 1}`,
    `p1.${Number(revision) + 1}.${length}`,
    `p1.${Number(revision) - 1}.${length}`,
    `p1.-${revision}.${length}`,
    `p1.0${revision}.${length}`,
    `p0.${revision}.${length}`,
    `p1.${"9".repeat(400)}.0`,
    equal.repeat(2),
    `${equal}0`,
    `p1.${number()}.${number()}`,
    "x".repeat(10_000),
    "y".repeat(1_000_000),
    "\u00e9<script>alert(1)</script>",
    "null",
    "../../etc/passwd",
  ];
}

seededTest(
  "any Last-Event-ID but our own, on a page from any moment: one message, and it is a fresh page",
  async ({ random, report }) => {
    await using site = await startTestSite();
    const app = await site.add(SKETCH);
    const taskId = await site.start(app.id);
    await site.kv.idle();
    const path = paths.task(taskId);
    const earlier: string[] = [];
    let ids = 0;
    for (let i = 0; i < ACTS; i++) {
      earlier.push(await (await site.get(path)).text());
      await act(site, taskId, random);
      await settle(site);
    }
    const fresh = await (await site.get(path)).text();
    const url = eventsUrlOf(fresh);
    const equal = new URL(url ?? "", "http://x").searchParams.get("after") ?? "p1.9.9";
    for (const has of bogusIds(equal, random)) {
      const reader = new SseReader(
        await site.get(paths.taskEvents(taskId), { "Last-Event-ID": has }),
      );
      const message = await reader.next();
      const from = pick(random, earlier) ?? fresh;
      const shown = applyMessage(from, message?.data ?? "");
      assertShows(
        elementByClass(shown, "article", "task"),
        elementByClass(fresh, "article", "task"),
        `from "${has.slice(0, 40)}"`,
      );
      await reader.leave();
      await settle(site);
      ids++;
    }
    assert.deepEqual(site.errors, []);
    report(
      `fault 16: ${ids} bogus ids on pages from ${ACTS} moments, each answered with one message`,
    );
  },
);

/** The tasks whose rows a page of the history shows. */
function rowsOf(html: string): string[] {
  return [...html.matchAll(/id="row-(tsk_\w+)"/g)].map(([, id = ""]) => id);
}

function newCountOf(html: string): number {
  return Number(/(\d+)\s*new tasks?</.exec(elementById(html, "new-tasks"))?.[1] ?? 0);
}

seededTest(
  "a page of the history that is hidden and shown again: its rows and its count are those of a fresh one",
  async ({ random, report }) => {
    await using site = await startTestSite();
    const app = await site.add();
    const started: string[] = [];
    const start = async () => void started.push(await site.start(app.id));
    for (let i = 0; i < 4; i++) await start();
    await settle(site);
    const tabs: { readonly tab: Tab; readonly since: string }[] = [];
    const open = async () => {
      const tab = await (await new Tab(site, paths.tasks({ limit: 100 })).open()).connect();
      tabs.push({ tab, since: started.at(-1) ?? "" });
    };
    await open();
    const counted = { hidden: 0, compared: 0, rows: 0 };
    for (let i = 0; i < 120; i++) {
      const run = pick(random, site.gates.runs.filter(({ isOver }) => !isOver));
      const move = random();
      if (move < 0.2) await start();
      else if (move < 0.4) run?.done();
      else if (move < 0.45) run?.fail();
      else if (move < 0.5) await site.executor.tasks.cancel(pick(random, started) ?? "");
      else if (move < 0.65) await site.executor.tasks.delete(pick(random, started) ?? "");
      else if (move < 0.75 && tabs.length < 10) await open();
      else if (move < 0.9) {
        counted.hidden++;
        await pick(random, tabs)?.tab.cut();
      } else for (const { tab } of tabs) await tab.connect();
      await settle(site);
      const fresh = await (await site.get(paths.tasks({ limit: 100 }))).text();
      const there = rowsOf(fresh);
      for (const { tab, since } of tabs.filter(({ tab }) => tab.isConnected)) {
        const what = `act ${i}`;
        for (const id of rowsOf(tab.html)) {
          const row = elementById(tab.html, `row-${id}`);
          if (there.includes(id)) assertShows(row, elementById(fresh, `row-${id}`), what);
          else assert.doesNotMatch(row, /Running/, `${what}: "${id}" is deleted, and runs on`);
          counted.rows++;
        }
        assert.equal(newCountOf(tab.html), there.filter((id) => id > since).length, what);
        counted.compared++;
      }
    }
    assert.ok(counted.rows > 0);
    report(
      `fault 16: ${tabs.length} pages of the history, ${counted.hidden} times hidden, ` +
        `${counted.compared} as a fresh one, ${counted.rows} rows compared`,
    );
  },
);
