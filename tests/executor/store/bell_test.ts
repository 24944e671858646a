import assert from "node:assert/strict";
import { createBell } from "../../../executor/store/bell.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";

Deno.test("admit lets a ring through at once, then one every 20 ms, and loses none", () => {
  const clock = new FakeClock();
  const late: string[] = [];
  const bell = createBell(clock, (ring) => {
    late.push(ring);
    bell.admit([ring]);
  });
  assert.deepEqual(bell.admit(["work", "rows"]), ["work", "rows"]);
  for (let i = 0; i < 100; i++) assert.deepEqual(bell.admit(["work"]), []);
  assert.deepEqual(bell.admit(["ends"]), ["ends"], "each kind has its own pace");
  clock.advance(19);
  assert.deepEqual(late, []);
  clock.advance(1);
  assert.deepEqual(late, ["work"]);
  clock.advance(10);
  assert.deepEqual(bell.admit(["work"]), [], "what was rung late counts");
  clock.advance(1_000);
  assert.deepEqual(late, ["work", "work"]);
  assert.deepEqual(bell.admit(["work", "rows", "ends"]), ["work", "rows", "ends"]);
});

Deno.test("admit is not silenced by a clock that was set back", () => {
  const clock = new FakeClock();
  const bell = createBell(clock, () => {});
  bell.admit(["work"]);
  clock.jump(-3_600_000);
  assert.deepEqual(bell.admit(["work"]), ["work"]);
});
