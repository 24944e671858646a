import assert from "node:assert/strict";
import { createIds, isAppId, isTaskId } from "../../executor/ids.ts";

const NOW = Date.UTC(2026, 10, 22);
/** The largest number that `Math.random` can give. */
const ALMOST_ONE = 1 - 2 ** -53;

/** Random numbers that come round: the same ones every time. */
function cycle(...numbers: readonly number[]): () => number {
  let i = 0;
  return () => numbers[i++ % numbers.length] ?? 0;
}

const drawn = () => createIds(Math.random);

Deno.test("createIds writes the ULID of a time as the specification does", () => {
  assert.equal(createIds(() => 0).task(1_469_918_176_385), "tsk_01aryz6s41" + "0".repeat(16));
  assert.equal(createIds(() => 0).app(2 ** 48 - 1), "app_7zzzzzzzzz" + "0".repeat(16));
});

Deno.test("createIds uses Crockford's 32 digits, and no other", () => {
  const digits = Array.from({ length: 32 }, (_, i) => createIds(Math.random).task(i)[13]);
  assert.equal(digits.join(""), "0123456789abcdefghjkmnpqrstvwxyz");
});

Deno.test("createIds makes ids that say what they are of", () => {
  const ids = drawn();
  const task = ids.task(NOW);
  const app = ids.app(NOW);
  assert.deepEqual([isTaskId(task), isAppId(task)], [true, false]);
  assert.deepEqual([isTaskId(app), isAppId(app)], [false, true]);
});

Deno.test("createIds makes ids that sort by time", () => {
  const ids = drawn();
  const made = Array.from({ length: 2_000 }, (_, i) => ids.task(NOW + i * i));
  assert.deepEqual(made.toSorted(), made);
});

Deno.test("createIds counts up within a millisecond, task or app", () => {
  const ids = drawn();
  const made = Array.from({ length: 5_000 }, (_, i) => (i % 2 ? ids.app(NOW) : ids.task(NOW)));
  const bare = made.map((id) => id.slice(4));
  assert.deepEqual([...new Set(bare)].toSorted(), bare);
});

Deno.test("createIds carries over where digits are at their end", () => {
  const ids = createIds(cycle(0, 0, ALMOST_ONE));
  const [first, second] = [ids.task(NOW), ids.task(NOW)];
  assert.deepEqual([first.slice(14), second.slice(14)], ["00000000zzzzzzzz", "0000000100000000"]);
});

Deno.test("createIds goes on growing where the clock goes back", () => {
  const ids = drawn();
  const before = ids.task(NOW);
  const after = ids.task(NOW - 3_600_000);
  assert.ok(after > before);
  assert.equal(after.slice(0, 14), before.slice(0, 14));
});

Deno.test("createIds borrows a millisecond when the random part is used up", () => {
  const ids = createIds(() => ALMOST_ONE);
  const first = ids.task(NOW);
  const second = ids.task(NOW);
  assert.equal(first.slice(14), "z".repeat(16));
  assert.ok(second > first);
  assert.equal(second.slice(0, 14), createIds(() => 0).task(NOW + 1).slice(0, 14));
  assert.ok(isTaskId(second));
});

Deno.test("createIds makes nonces that differ, of one writer and of two", () => {
  const [a, b] = [drawn(), drawn()];
  const made = [...Array(1_000)].flatMap(() => [a.nonce(), b.nonce()]);
  assert.equal(new Set(made).size, made.length);
});

Deno.test("isTaskId refuses what is no ULID in small letters", () => {
  const id = drawn().task(NOW);
  const wrong = [id.toUpperCase(), id.slice(0, -1), `${id}0`, id.replace(/.$/, "u"), "tsk_", ""];
  assert.deepEqual(wrong.filter(isTaskId), []);
  assert.equal(isTaskId("tsk_8" + "0".repeat(25)), false);
});
