import assert from "node:assert/strict";
import { dayOf, MAX_VISITS_AT_ONCE, refusalOf, sumUse } from "../../executor/link_use.ts";

const [YESTERDAY, TODAY] = ["2026-11-21", "2026-11-22"];
const NOON = Date.UTC(2026, 10, 22, 12);

function openOn(day: string, taskId = "tsk_1") {
  return { taskId, day };
}

Deno.test("sumUse settles what has ended, and counts what runs each time anew", () => {
  const before = { day: TODAY, tokens: 5, open: [openOn(TODAY), openOn(TODAY, "tsk_2")] };
  const uses = [{ tokens: 10, hasEnded: true }, { tokens: 100, hasEnded: false }];
  assert.deepEqual(sumUse(before, TODAY, uses), {
    spent: 115,
    next: { day: TODAY, tokens: 15, open: [openOn(TODAY, "tsk_2")] },
  });
});

Deno.test("sumUse counts for a day the tasks that were started on it, however late they run", () => {
  const before = { day: YESTERDAY, tokens: 5, open: [openOn(YESTERDAY)] };
  for (const hasEnded of [true, false]) {
    const { spent, next } = sumUse(before, TODAY, [{ tokens: 10, hasEnded }]);
    assert.deepEqual([spent, next.tokens, next.open.length], [0, 0, hasEnded ? 0 : 1]);
  }
});

Deno.test("sumUse takes a task of which nothing is known for one that has ended", () => {
  assert.deepEqual(sumUse(null, TODAY, []), {
    spent: 0,
    next: { day: TODAY, tokens: 0, open: [] },
  });
  const { spent, next } = sumUse({ day: TODAY, tokens: 5, open: [openOn(TODAY)] }, TODAY, []);
  assert.deepEqual([spent, next.open], [5, []]);
});

Deno.test("refusalOf says when to try again: at midnight UTC, or in a while", () => {
  const next = { day: TODAY, tokens: 0, open: [] };
  const choice = { tokensPerDay: 100, now: NOON };
  assert.equal(refusalOf({ spent: 99, next }, choice), null);
  assert.deepEqual(refusalOf({ spent: 100, next }, choice), {
    type: "budget-spent",
    limit: 100,
    retryAfterMs: 12 * 60 * 60 * 1_000,
  });
  const open = Array.from({ length: MAX_VISITS_AT_ONCE }, (_, i) => openOn(TODAY, `tsk_${i}`));
  assert.equal(refusalOf({ spent: 0, next: { ...next, open } }, choice)?.type, "too-many-running");
  assert.equal(refusalOf({ spent: 0, next: { ...next, open: open.slice(1) } }, choice), null);
});

Deno.test("dayOf is the day in UTC", () => {
  assert.equal(dayOf(NOON), TODAY);
  assert.equal(dayOf(Date.UTC(2026, 10, 21, 23, 59, 59, 999)), YESTERDAY);
});
