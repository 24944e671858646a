import assert from "node:assert/strict";
import { createAlarms } from "../../executor/alarms.ts";

/** A timer that goes off when a test says so; `set` says for when it is set, null where it is not. */
function fakeTimer() {
  let now = 0;
  let set: { readonly at: number; readonly action: () => void } | null = null;
  return {
    settings: 0,
    get setFor(): number | null {
      return set?.at ?? null;
    },
    now: () => now,
    set(ms: number, action: () => void) {
      assert.equal(set, null, "only one timer is set at a time");
      this.settings++;
      set = { at: now + ms, action };
      return () => void (set = null);
    },
    /** Lets the timer go off, `lateMs` after its time; what it set off has been done then. */
    async goOff(lateMs = 0): Promise<void> {
      const { at, action } = set ?? assert.fail("no timer is set");
      set = null;
      now = at + lateMs;
      action();
      await new Promise<void>((resolve) => queueMicrotask(resolve));
    },
  };
}

function setUp() {
  const timer = fakeTimer();
  const rung: string[] = [];
  const alarms = createAlarms(timer);
  const after = (ms: number, name: string) => alarms(ms, () => void rung.push(name));
  return { timer, rung, alarms, after };
}

Deno.test("createAlarms: each goes off once, at its time", async () => {
  const { timer, rung, after } = setUp();
  after(300, "late");
  after(100, "early");
  after(200, "middle");
  await timer.goOff();
  assert.deepEqual([rung, timer.now()], [["early"], 100]);
  await timer.goOff();
  assert.deepEqual([rung, timer.now()], [["early", "middle"], 200]);
  await timer.goOff();
  assert.deepEqual([rung, timer.now()], [["early", "middle", "late"], 300]);
  assert.equal(timer.setFor, null);
});

Deno.test("createAlarms: a timer that is late lets all go off that are due, in order", async () => {
  const { timer, rung, after } = setUp();
  after(100, "one");
  after(120, "two");
  after(500, "three");
  await timer.goOff(50);
  assert.deepEqual(rung, ["one", "two"]);
  assert.equal(timer.setFor, 500);
});

Deno.test("createAlarms: one that was called off does not go off", async () => {
  const { timer, rung, after } = setUp();
  const callOff = after(100, "called off");
  after(200, "kept");
  callOff();
  await timer.goOff();
  assert.deepEqual(rung, []);
  await timer.goOff();
  assert.deepEqual([rung, timer.now()], [["kept"], 200]);
});

Deno.test("createAlarms: one that goes off calls off another that is due as well", async () => {
  const { timer, rung, alarms, after } = setUp();
  const callOff: (() => void)[] = [];
  alarms(100, () => callOff.forEach((each) => each()));
  callOff.push(after(100, "called off"));
  after(100, "kept");
  await timer.goOff();
  assert.deepEqual(rung, ["kept"]);
});

Deno.test("createAlarms: no timer stays when the last alarm is called off", () => {
  const { timer, after } = setUp();
  const callOff = [after(100, "one"), after(50, "two")];
  for (const each of callOff) each();
  assert.equal(timer.setFor, null);
});

Deno.test("createAlarms: alarms behind an earlier one touch no timer", () => {
  const { timer, after } = setUp();
  after(100, "first");
  for (let i = 0; i < 50; i++) after(1_000 + i, "later")();
  assert.equal(timer.settings, 1);
});

Deno.test("createAlarms: an alarm set by another that goes off has its own time", async () => {
  const { timer, rung, alarms, after } = setUp();
  alarms(100, () => void after(0, "next"));
  await timer.goOff();
  assert.deepEqual([rung, timer.setFor], [[], 100]);
  await timer.goOff();
  assert.deepEqual(rung, ["next"]);
});

Deno.test("createAlarms: a year is longer than a timer takes, and yet is a year", async () => {
  const { timer, rung, after } = setUp();
  const year = 365 * 86_400_000;
  after(year, "year");
  while (timer.now() < year) {
    assert.deepEqual(rung, []);
    await timer.goOff();
  }
  assert.deepEqual([rung, timer.now()], [["year"], year]);
});
