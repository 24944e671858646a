import assert from "node:assert/strict";
import { createIds } from "../../../executor/ids.ts";
import { createDatabase } from "../../../executor/store/database.ts";
import { createHistory, type History, type HistoryQuery } from "../../../executor/store/history.ts";
import { historyKeys } from "../../../executor/store/keys.ts";
import type { TaskPage, TaskStatus } from "../../../executor/task.ts";

const APPS = ["app_x", "app_y"] as const;
const STATUSES: readonly TaskStatus[] = ["running", "completed", "failed"];

/** A task id by its age: 1 is the oldest. */
function id(number: number): string {
  return `tsk_${String(number).padStart(26, "0")}`;
}

/** A history of tasks with even numbers from 2 to 120: every odd number is an unknown cursor. */
async function withHistory(
  test: (history: History, kv: Deno.Kv) => Promise<void>,
  count = 60,
) {
  const kv = await Deno.openKv(":memory:");
  const history = createHistory(createDatabase(kv, createIds(Math.random)));
  for (let i = 1; i <= count; i++) {
    const app = APPS[i % 2] ?? "app_x";
    const status = STATUSES[i % 3] ?? "running";
    const row = {
      id: id(2 * i),
      status,
      app: { id: app, name: "An app", version: 1 },
      origin: { kind: "person" },
      createdAt: i,
      startedAt: null,
      finishedAt: null,
    };
    for (const key of historyKeys(row.id, app, status)) await kv.set(key, row);
  }
  try {
    await test(history, kv);
  } finally {
    kv.close();
  }
}

function numbers({ rows }: TaskPage): number[] {
  return rows.map((row) => Number(row.id.slice(4)) / 2);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: from - to + 1 }, (_, i) => from - i);
}

async function walk(history: History, query: HistoryQuery, step: "older" | "newer") {
  const pages: TaskPage[] = [];
  let next: HistoryQuery | null = query;
  while (next !== null) {
    const page: TaskPage = await history.page(next);
    pages.push(page);
    const cursor: string | null = page[step];
    if (cursor === null) next = null;
    else if (step === "older") next = { ...query, before: cursor, after: undefined };
    else next = { ...query, after: cursor, before: undefined };
  }
  return pages;
}

Deno.test("page goes from the newest task to the oldest, each once", () =>
  withHistory(async (history) => {
    const pages = await walk(history, { limit: 25 }, "older");
    assert.deepEqual(pages.map(numbers), [range(60, 36), range(35, 11), range(10, 1)]);
    assert.deepEqual(pages.map(({ newer }) => newer), [null, id(70), id(20)]);
    assert.deepEqual(pages.map(({ older }) => older), [id(72), id(22), null]);
  }));

Deno.test("page goes back the way it came, and ends with a full first page", () =>
  withHistory(async (history) => {
    const pages = await walk(history, { limit: 25, before: id(22) }, "newer");
    assert.deepEqual(pages.map(numbers), [range(10, 1), range(35, 11), range(60, 36)]);
    assert.equal(pages[2]?.newer, null);

    const odd = await walk(history, { limit: 25, before: id(42) }, "newer");
    assert.deepEqual(odd.map(numbers), [range(20, 1), range(45, 21), range(60, 36)]);
  }));

Deno.test("page of a whole number of pages ends where the tasks end", () =>
  withHistory(async (history) => {
    const pages = await walk(history, { limit: 20 }, "older");
    assert.deepEqual(pages.map(numbers), [range(60, 41), range(40, 21), range(20, 1)]);
    const all = await history.page({ limit: 60 });
    assert.deepEqual([all.rows.length, all.older, all.newer], [60, null, null]);
  }));

Deno.test("page takes an unknown cursor for a position", () =>
  withHistory(async (history) => {
    const before = await history.page({ limit: 10, before: id(61) });
    assert.deepEqual(numbers(before), range(30, 21));
    assert.deepEqual([before.newer, before.older], [id(60), id(42)]);

    const after = await history.page({ limit: 10, after: id(61) });
    assert.deepEqual(numbers(after), range(40, 31));
    assert.deepEqual([after.newer, after.older], [id(80), id(62)]);
  }));

Deno.test("page before all tasks is empty and leads back", () =>
  withHistory(async (history) => {
    for (const before of [id(1), id(2)]) {
      const page = await history.page({ limit: 10, before });
      assert.deepEqual(page.rows, []);
      assert.equal(page.older, null);
      assert.ok(page.newer !== null);
      const back = await history.page({ limit: 10, after: page.newer });
      assert.ok(back.rows.length === 10);
      const older = back.older === null ? [] : numbers(
        await history.page({ limit: 10, before: back.older }),
      );
      assert.equal([...numbers(back), ...older].at(-1), 1, "no task is left out on the way");
    }
  }));

Deno.test("page after a cursor older than all tasks says that nothing is older", () =>
  withHistory(async (history) => {
    const page = await history.page({ limit: 10, after: id(1) });
    assert.deepEqual(numbers(page), range(10, 1));
    assert.equal(page.older, null);
  }));

Deno.test("page before a cursor newer than all tasks is the first page", () =>
  withHistory(async (history) => {
    const first = await history.page({ limit: 10 });
    assert.deepEqual(await history.page({ limit: 10, before: id(121) }), first);
    assert.deepEqual(await history.page({ limit: 10, after: id(121) }), first);
    assert.deepEqual(await history.page({ limit: 10, after: id(120) }), first);
  }));

Deno.test("page keeps to its filters in both directions", () =>
  withHistory(async (history) => {
    for (const app of [undefined, ...APPS]) {
      for (const status of [undefined, ...STATUSES]) {
        const expected = range(60, 1).filter((i) =>
          (app === undefined || APPS[i % 2] === app) &&
          (status === undefined || STATUSES[i % 3] === status)
        );
        const pages = await walk(history, { limit: 7, app, status }, "older");
        assert.deepEqual(pages.flatMap(numbers), expected);
        assert.ok(pages.slice(0, -1).every(({ rows }) => rows.length === 7));
        const last = pages.at(-1)?.rows[0]?.id;
        const back = await walk(history, { limit: 7, app, status, after: last }, "newer");
        assert.deepEqual(numbers(back.at(-1) ?? { rows: [], older: null, newer: null }), [
          ...expected.slice(0, 7),
        ]);
      }
    }
    const none = await history.page({ limit: 7, status: "cancelled" });
    assert.deepEqual(none, { rows: [], older: null, newer: null });
  }));

Deno.test("page of an empty history is empty", () =>
  withHistory(async (history) => {
    const nothing = { rows: [], older: null, newer: null };
    assert.deepEqual(await history.page({ limit: 25 }), nothing);
    assert.deepEqual(await history.page({ limit: 25, before: id(5) }), nothing);
    assert.deepEqual(await history.page({ limit: 25, after: id(5) }), nothing);
  }, 0));

Deno.test("countAfter counts what is newer, with filters, up to its limit", () =>
  withHistory(async (history) => {
    assert.equal(await history.countAfter({}, id(120), 100), 0);
    assert.equal(await history.countAfter({}, id(118), 100), 1);
    assert.equal(await history.countAfter({}, id(100), 100), 10);
    assert.equal(await history.countAfter({}, id(0), 100), 60);
    assert.equal(await history.countAfter({}, id(0), 7), 7);
    assert.equal(await history.countAfter({ app: "app_x" }, id(100), 100), 5);
    assert.equal(await history.countAfter({ status: "failed" }, id(0), 100), 20);
  }));

Deno.test("page leaves out a row that makes no sense, and shows all others", () =>
  withHistory(async (history, kv) => {
    for (const key of historyKeys(id(100), "app_x", "running")) await kv.set(key, "nonsense");
    const seen: string[] = [];
    let page = await history.page({ limit: 10 });
    for (seen.push(...page.rows.map((row) => row.id)); page.older !== null;) {
      page = await history.page({ limit: 10, before: page.older });
      seen.push(...page.rows.map((row) => row.id));
    }
    assert.equal(seen.length, 59);
    assert.ok(!seen.includes(id(100)));
  }));
