import assert from "node:assert/strict";
import { LEASE_MS, MAX_CRASHES } from "../../../executor/run/context.ts";
import { isSpared, tellApart } from "../../../executor/run/suspects.ts";
import type { DueItem } from "../../../executor/store/queue.ts";
import { seededTest } from "../../helpers/seed.ts";

function item(taskId: string, crashes: number, vestAt = 0): DueItem {
  return { taskId, vestAt, versionstamp: "", record: { status: "ready", crashes } };
}

function crowd(size: number, crashes: number): DueItem[] {
  return Array.from({ length: size }, (_, i) => item(`${crashes}-${i}`, crashes));
}

const LIMITS = [[1, 64], [2, 16], [3, 4], [4, 1], [9, 1]] as const;
for (const [crashes, most] of LIMITS) {
  Deno.test(`tellApart lets ${most} that have crashed ${crashes} times run together`, () => {
    const { together, apart } = tellApart(crowd(100, crashes), { running: [0, 0], now: 0 });
    assert.deepEqual([together.length, apart.length], [most, 100 - most]);
  });
}

Deno.test("tellApart holds up nothing that never crashed", () => {
  const { together, apart } = tellApart([...crowd(300, 4), ...crowd(300, 0)], {
    running: [4],
    now: 0,
  });
  assert.deepEqual(together, crowd(300, 0));
  assert.equal(apart.length, 300);
});

Deno.test("tellApart goes by the most suspect of those that run, and of those that come", () => {
  assert.deepEqual(tellApart(crowd(5, 1), { running: [3, 1], now: 0 }).together.length, 2);
  assert.deepEqual(tellApart(crowd(5, 1), { running: [4], now: 0 }).together, []);
  assert.deepEqual(tellApart(crowd(1, 4), { running: [1], now: 0 }).together, []);
  const mixed = tellApart([...crowd(2, 4), ...crowd(2, 3), ...crowd(2, 1)], {
    running: [],
    now: 0,
  });
  assert.deepEqual(mixed.together, [...crowd(2, 1), ...crowd(2, 3)]);
  assert.deepEqual(mixed.apart, crowd(2, 4));
});

Deno.test("tellApart counts a lease that has run out as a crash", () => {
  const leased = crowd(3, 3).map((each): DueItem => ({
    ...each,
    record: { status: "leased", crashes: 3 },
  }));
  assert.equal(tellApart(leased, { running: [], now: 0 }).together.length, 1);
});

Deno.test("tellApart lets no suspect begin before one that has waited for a minute", () => {
  const held = (since: number): DueItem => ({
    ...item(`since ${since}`, 4),
    record: { status: "ready", crashes: 4, heldSince: since },
  });
  const items = [...crowd(2, 1), ...crowd(2, 0), held(20), held(10)];
  const soon = tellApart(items, { running: [], now: 60_010 });
  assert.deepEqual(soon.together, [...crowd(2, 0), ...crowd(2, 1)]);
  const late = tellApart(items, { running: [1], now: 60_011 });
  assert.deepEqual(late.together, crowd(2, 0));
  assert.deepEqual(late.apart, [held(10), ...crowd(2, 1), held(20)]);
  const alone = tellApart(items, { running: [], now: 60_021 });
  assert.deepEqual(alone.together, [held(10), ...crowd(2, 0)]);
});

seededTest(
  "tasks that kill each process that runs them are found in five crashes each, and no other task is given up",
  ({ random, report }) => {
    let deaths = 0;
    let most = 0;
    for (let round = 0; round < 200; round++) {
      const deadly = new Set(
        Array.from({ length: 1 + Math.floor(random() * 4) }, (_, i) => `deadly ${i}`),
      );
      const others = Array.from({ length: Math.floor(random() * 120) }, (_, i) => `other ${i}`);
      const story = search([...deadly, ...others], deadly, random);
      assert.deepEqual(story.givenUp, deadly);
      assert.ok(story.deaths <= deadly.size * MAX_CRASHES);
      if (deadly.size === 1) assert.equal(story.deaths, MAX_CRASHES);
      deaths += story.deaths;
      most = Math.max(most, ...others.map((id) => story.crashes.get(id) ?? 0));
    }
    assert.ok(most < MAX_CRASHES);
    report(`${deaths} processes died in 200 searches; no other task met more than ${most} of them`);
  },
);

/** Processes run what may run together, one after another, until nothing is left. */
function search(ids: readonly string[], deadly: ReadonlySet<string>, random: () => number) {
  const crashes = new Map<string, number>();
  const givenUp = new Set<string>();
  let left = ids.map((id) => ({ id, key: random() })).sort((a, b) => a.key - b.key);
  let deaths = 0;
  while (left.length > 0) {
    const due = left.map(({ id }) => item(id, crashes.get(id) ?? 0));
    const { together } = tellApart(due, { running: [], now: 0 });
    assert.ok(together.length > 0, "there is always somebody who may run");
    const ran = new Set(together.map(({ taskId }) => taskId));
    if (together.every(({ taskId }) => !deadly.has(taskId))) {
      left = left.filter(({ id }) => !ran.has(id));
      continue;
    }
    deaths++;
    for (const id of ran) {
      const count = (crashes.get(id) ?? 0) + 1;
      crashes.set(id, count);
      if (count === MAX_CRASHES) givenUp.add(id);
    }
    left = left.filter(({ id }) => !givenUp.has(id));
  }
  return { deaths, crashes, givenUp };
}

Deno.test("isSpared: a task whose last heartbeat is older than a process that is over", () => {
  const leased = (heartbeatAt: number): DueItem => ({
    ...item("a", 1, heartbeatAt + LEASE_MS),
    record: { status: "leased", crashes: 1 },
  });
  assert.equal(isSpared(leased(999), 1_000), true);
  assert.equal(isSpared(leased(1_000), 1_000), false, "it is this one that died with it");
  assert.equal(isSpared(leased(999), null), false);
  assert.equal(isSpared(item("a", 1, 500), 1_000), false, "it was given back in good order");
});
