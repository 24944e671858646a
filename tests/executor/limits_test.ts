import assert from "node:assert/strict";
import type { Limits, Rate } from "../../executor/mod.ts";
import { startTestExecutor } from "../helpers/executor.ts";
import { faultAt, THROWN_FAULTS } from "../helpers/fault_kv.ts";
import { openSharedKv } from "../helpers/shared_kv.ts";

const MINUTE_MS = 60_000;
const FIVE: Rate = { limit: 5, windowMs: MINUTE_MS };

/** How many of `count` who ask at the same moment get one. */
async function takenOf(count: number, limits: readonly Limits[], rate: Rate): Promise<number> {
  const asked = Array.from({ length: count }, (_, i) => limits[i % limits.length]?.take("x", rate));
  return (await Promise.all(asked)).filter((taken) => taken?.ok).length;
}

Deno.test("limits.take gives no more than the limit to many who ask at once", async () => {
  await using test = await startTestExecutor();
  assert.equal(await takenOf(200, [test.executor.limits], { ...FIVE, limit: 50 }), 50);
});

Deno.test("limits.take counts each name by itself, and says when there is more", async () => {
  await using test = await startTestExecutor();
  const { limits } = test.executor;
  test.clock.advance(MINUTE_MS - test.clock.now() % MINUTE_MS + 10_000);
  assert.equal(await takenOf(6, [limits], FIVE), 5);
  assert.deepEqual(await limits.take("x", FIVE), { ok: false, retryAfterMs: 50_000 });
  assert.deepEqual(await limits.take("y", FIVE), { ok: true });
  test.clock.advance(49_999);
  assert.deepEqual(await limits.take("x", FIVE), { ok: false, retryAfterMs: 1 });
  test.clock.advance(1);
  assert.equal(await takenOf(6, [limits], FIVE), 5);
});

Deno.test("limits.take asks the database nothing of a name that has used up its limit", async () => {
  await using test = await startTestExecutor();
  assert.equal(await takenOf(6, [test.executor.limits], FIVE), 5);
  const { reads, commits: { length } } = test.kv;
  assert.equal(await takenOf(1_000, [test.executor.limits], FIVE), 0);
  assert.deepEqual([test.kv.reads, test.kv.commits.length], [reads, length]);
});

Deno.test("limits.look says what is known to be used up, and takes nothing", async () => {
  await using test = await startTestExecutor();
  const { limits } = test.executor;
  for (let i = 0; i < 10; i++) assert.deepEqual(limits.look("x", FIVE), { ok: true });
  assert.equal(await takenOf(6, [limits], FIVE), 5);
  assert.equal(limits.look("x", FIVE).ok, false);
  test.clock.advance(MINUTE_MS);
  assert.deepEqual(limits.look("x", FIVE), { ok: true });
});

Deno.test("limits.take counts for all processes that share a database", async () => {
  await using shared = await openSharedKv();
  const limits = (await Promise.all([1, 2, 3].map(() => shared.join()))).map(({ executor }) =>
    executor.limits
  );
  assert.equal(await takenOf(90, limits, { ...FIVE, limit: 31 }), 31);
});

Deno.test("limits.take with atOnce never gives out too much, and holds back what is in hand", async () => {
  await using shared = await openSharedKv();
  const [one, other] = [await shared.join(), await shared.join()];
  const rate = { ...FIVE, limit: 10, atOnce: 4 };
  const commits = one.kv.commits.length;
  assert.equal(await takenOf(1, [other.executor.limits], rate), 1);
  assert.equal(await takenOf(10, [one.executor.limits], rate), 6);
  assert.equal(await takenOf(10, [other.executor.limits], rate), 3);
  assert.ok(one.kv.commits.length - commits <= 2);
});

Deno.test("limits.take remembers in the database what was taken before a start", async () => {
  await using shared = await openSharedKv();
  assert.equal(await takenOf(3, [(await shared.join()).executor.limits], FIVE), 3);
  assert.equal(await takenOf(9, [(await shared.join()).executor.limits], FIVE), 2);
});

for (const fault of THROWN_FAULTS) {
  Deno.test(`limits.take gives a process its limit where a commit fails ${fault} it is applied`, async () => {
    await using test = await startTestExecutor();
    test.kv.hooks = faultAt(2, fault, test);
    let taken = 0;
    for (let i = 0; i < 20; i++) taken += await takenOf(1, [test.executor.limits], FIVE);
    assert.ok(taken >= 4 && taken <= 5, `${taken} were given out`);
    assert.equal(test.unexpected.length, 1);
  });
}

Deno.test("limits.take locks nobody out while the database fails, and lets nobody have more", async () => {
  await using test = await startTestExecutor();
  test.kv.hooks = { onRead: () => Promise.reject(new Error("The database is away")) };
  assert.equal(await takenOf(100, [test.executor.limits], FIVE), 5);
  test.kv.hooks = {};
  assert.equal(await takenOf(100, [test.executor.limits], FIVE), 0);
});

Deno.test("limits.take forgets names, not what they took", async () => {
  await using test = await startTestExecutor();
  const { limits } = test.executor;
  assert.equal(await takenOf(5, [limits], FIVE), 5);
  const others = Array.from({ length: 10_100 }, (_, i) => limits.take(`name ${i}`, FIVE));
  assert.ok((await Promise.all(others)).every(({ ok }) => ok));
  assert.equal(await takenOf(5, [limits], FIVE), 0);
});
