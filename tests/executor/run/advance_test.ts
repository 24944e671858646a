import assert from "node:assert/strict";
import { planOf } from "../../../executor/definition/plan.ts";
import {
  advance,
  handedOver,
  haveAllStepsEnded,
  interrupted,
  nextWakeAt,
  unbegunLife,
  unjudged,
} from "../../../executor/run/advance.ts";
import { type StepState, type TaskLife } from "../../../executor/states.ts";
import { transition } from "../../../executor/transition.ts";

const PLAN = planOf(new Map([["a", []], ["b", ["a"]], ["c", []]]));

function lifeOf(steps: Record<string, StepState>): TaskLife {
  return { state: { status: "running", startedAt: 1 }, steps };
}

const RUNNING: StepState = { status: "running", attempt: 1, startedAt: 5 };
const WAITING: StepState = { ...RUNNING, resumeAt: 50 };
const QUEUED: StepState = { status: "queued", attempt: 0 };
const RETRYING: StepState = { status: "queued", attempt: 1, retryAt: 40 };
const COMPLETED: StepState = { status: "completed", attempt: 1, startedAt: 5, finishedAt: 6 };

Deno.test("advance starts the task and what needs nothing", () => {
  const life = advance(unbegunLife(["a", "b", "c"]), PLAN, 5);
  assert.deepEqual(life.state, { status: "running", startedAt: 5 });
  assert.deepEqual(life.steps, { a: RUNNING, b: QUEUED, c: RUNNING });
});

Deno.test("advance starts what has what it needs, and retries at their time", () => {
  const life = lifeOf({ a: COMPLETED, b: QUEUED, c: RETRYING });
  assert.equal(advance(life, PLAN, 39).steps.c?.status, "queued");
  assert.equal(advance(life, PLAN, 40).steps.c?.status, "running");
  assert.equal(advance(life, PLAN, 39).steps.b?.status, "running");
});

Deno.test("advance gives the same life back where nothing can begin", () => {
  const life = lifeOf({ a: RUNNING, b: QUEUED, c: RETRYING });
  assert.equal(advance(life, PLAN, 39), life);
  const ended = transition(life, { type: "task-cancelled", at: 9 });
  assert.equal(advance(ended, PLAN, 100), ended);
});

Deno.test("advance skips what needs only skipped steps, through the whole plan", () => {
  const plan = planOf(
    new Map([["a", []], ["b", ["a"]], ["c", ["b"]], ["d", ["b", "e"]], ["e", []]]),
    new Map([["a", "inputs.x"]]),
  );
  const begun = advance(unbegunLife(["a", "b", "c", "d", "e"]), plan, 5);
  assert.deepEqual(begun.steps.a, QUEUED, "nobody has judged its condition");
  assert.deepEqual(unjudged(begun, plan, 5), ["a"]);

  const skipped = advance(begun, plan, 6, new Map([["a", false]]));
  const reasons = Object.entries(skipped.steps).flatMap(([id, state]) =>
    state.status === "skipped" ? [[id, state.reason]] : []
  );
  assert.deepEqual(Object.fromEntries(reasons), { a: "condition", b: "needs", c: "needs" });
  assert.deepEqual(skipped.steps.d, QUEUED, "it needs e as well");
  const done = lifeOf({ ...skipped.steps, e: COMPLETED });
  assert.equal(advance(done, plan, 7).steps.d?.status, "running");

  const held = advance(begun, plan, 6, new Map([["a", true]]));
  assert.deepEqual(held.steps.a, { status: "running", attempt: 1, startedAt: 6 });
  const retried = lifeOf({ ...held.steps, a: RETRYING });
  assert.equal(advance(retried, plan, 40).steps.a?.status, "running", "it is judged once");
});

Deno.test("advance goes on after a failure that is tolerated", () => {
  const failed: StepState = { ...COMPLETED, status: "failed", isTolerated: true };
  assert.equal(advance(lifeOf({ a: failed, b: QUEUED }), PLAN, 9).steps.b?.status, "running");
});

Deno.test("interrupted and handedOver queue what runs; what waits goes on waiting", () => {
  const life = lifeOf({ a: RUNNING, b: QUEUED, c: WAITING });
  assert.deepEqual(interrupted(life).steps, {
    a: { status: "queued", attempt: 1 },
    b: QUEUED,
    c: WAITING,
  });
  assert.deepEqual(handedOver(life).steps, { a: QUEUED, b: QUEUED, c: WAITING });
});

Deno.test("nextWakeAt is the earliest time that a step waits for", () => {
  assert.equal(nextWakeAt(lifeOf({ a: RUNNING, b: QUEUED })), null);
  assert.equal(nextWakeAt(lifeOf({ a: WAITING, b: RETRYING })), 40);
  assert.equal(nextWakeAt(lifeOf({ a: WAITING, b: COMPLETED })), 50);
  assert.equal(nextWakeAt(lifeOf({ a: WAITING, b: RETRYING }), 40), 50, "later than that");
  assert.equal(nextWakeAt(lifeOf({ a: WAITING, b: RETRYING }), 50), null);
});

Deno.test("haveAllStepsEnded", () => {
  assert.ok(haveAllStepsEnded(lifeOf({ a: COMPLETED })));
  assert.ok(!haveAllStepsEnded(lifeOf({ a: COMPLETED, b: WAITING })));
  assert.ok(!haveAllStepsEnded(lifeOf({ a: COMPLETED, b: QUEUED })));
});
