import fc from "fast-check";
import assert from "node:assert/strict";
import { type Plan, planOf } from "../../executor/definition/plan.ts";
import {
  advance,
  handedOver,
  interrupted,
  unbegunLife,
  unjudged,
} from "../../executor/run/advance.ts";
import {
  hasEnded,
  hasStepEnded,
  isClosing,
  progressOf,
  STEP_MOVES,
  type StepState,
  TASK_MOVES,
  type TaskLife,
} from "../../executor/states.ts";
import { type TaskEvent, transition } from "../../executor/transition.ts";
import { tokensOf, usageOf } from "../../executor/usage.ts";

/** One step of a made-up app: `needs` are places of earlier steps. */
export interface MadeStep {
  readonly needs: readonly number[];
  /** Null for a step without a condition, else whether it holds. */
  readonly verdict: boolean | null;
}

/** Up to six steps, each of which may need any before it. */
export const madeSteps: fc.Arbitrary<readonly MadeStep[]> = fc.array(
  fc.record({
    needs: fc.array(fc.nat(4), { maxLength: 3 }),
    verdict: fc.option(fc.boolean(), { freq: 2 }),
  }),
  { minLength: 1, maxLength: 6 },
).map((steps) =>
  steps.map(({ needs, verdict }, i) => ({
    verdict,
    needs: i === 0 ? [] : [...new Set(needs.map((need) => need % i))],
  }))
);

/** A life as its worker leads it, and what is known of it. */
export class LedLife {
  life: TaskLife;
  now = 1_000;
  readonly plan: Plan;
  readonly #verdicts: ReadonlyMap<string, boolean>;

  constructor(steps: readonly MadeStep[]) {
    const ids = steps.map((_, i) => `s${i}`);
    const conditions = steps.flatMap(({ verdict }, i): [string, string][] =>
      verdict === null ? [] : [[`s${i}`, String(verdict)]]
    );
    this.plan = planOf(
      new Map(steps.map(({ needs }, i) => [`s${i}`, needs.map((need) => `s${need}`)])),
      new Map(conditions),
    );
    this.#verdicts = new Map(conditions.map(([id, verdict]) => [id, verdict === "true"]));
    this.life = unbegunLife(ids);
    this.advance();
  }

  get isOver(): boolean {
    return hasEnded(this.life.state);
  }

  /** Steps that run, in the order of the app; `isWaiting` says whether they only wait. */
  running(isWaiting: boolean): string[] {
    return Object.entries(this.life.steps).flatMap(([id, state]) =>
      state.status === "running" && (state.resumeAt !== undefined) === isWaiting ? [id] : []
    );
  }

  /** Does what a worker does after each report: starts and skips what can be, ends what has ended. */
  advance(): void {
    let next = advance(this.life, this.plan, this.now);
    while (unjudged(next, this.plan, this.now).length > 0) {
      next = advance(next, this.plan, this.now, this.#verdicts);
    }
    this.#adopt(next);
    const haveEnded = Object.values(this.life.steps).every(hasStepEnded);
    if (!this.isOver && haveEnded) this.apply({ type: "task-completed", at: this.now });
  }

  apply(event: TaskEvent): void {
    this.#adopt(transition(this.life, event));
  }

  interrupt(): void {
    this.#adopt(interrupted(this.life));
  }

  handOver(): void {
    this.#adopt(handedOver(this.life));
  }

  /** What has to hold of a life that a worker leads, after each of its moves. */
  check(): void {
    for (const [id, state] of Object.entries(this.life.steps)) this.#checkStep(id, state);
    if (this.isOver) return;
    const goesOn = Object.values(this.life.steps).some((state) =>
      state.status === "running" || (state.status === "queued" && state.retryAt !== undefined)
    );
    assert.ok(goesOn, "a task that runs always has something that goes on");
  }

  #checkStep(id: string, state: StepState): void {
    const needs = (this.plan.needs.get(id) ?? []).map((need) => this.life.steps[need]);
    const skipped = needs.length > 0 && needs.every((need) => need?.status === "skipped");
    if (state.status === "running" || state.status === "completed") {
      assert.ok(needs.every((need) => need !== undefined && hasStepEnded(need)), `${id} ran early`);
      assert.ok(!skipped, `${id} ran, although all it needs was skipped`);
      assert.notEqual(this.#verdicts.get(id), false, `${id} ran against its condition`);
    }
    if (state.status !== "skipped") return;
    if (state.reason === "condition") assert.equal(this.#verdicts.get(id), false);
    if (state.reason === "needs") assert.ok(skipped, `${id} was skipped without a reason`);
    if (state.reason === "ended") assert.ok(this.isOver, `${id} was skipped too early`);
  }

  #adopt(next: TaskLife): void {
    assertMoved(this.life, next);
    this.life = next;
  }
}

/** What any move from one life to the next has to obey, whoever makes it. */
export function assertMoved(before: TaskLife, after: TaskLife): void {
  const [from, to] = [before.state.status, after.state.status];
  const moves: readonly string[] = TASK_MOVES[from];
  assert.ok(from === to || moves.includes(to), `the task moved from ${from} to ${to}`);
  if (hasEnded(before.state) && !isClosing(before.state)) assert.deepEqual(after, before);
  for (const [id, state] of Object.entries(before.steps)) {
    const next = after.steps[id];
    assert.ok(next !== undefined, `${id} is lost`);
    if (hasStepEnded(state)) assert.deepEqual(next, state, `${id} had ended`);
    const legal: readonly string[] = STEP_MOVES[state.status];
    const isLegal = state.status === next.status || reaches(state.status, next.status, legal);
    assert.ok(isLegal, `${id} moved from ${state.status} to ${next.status}`);
    assert.ok(next.attempt >= state.attempt - 1 && next.attempt >= 0, `${id} lost attempts`);
  }
  assert.deepEqual(Object.keys(after.steps), Object.keys(before.steps));
  const [old, now] = [before, after].map(({ steps }) => Object.values(steps));
  assert.ok(
    progressOf(now ?? []).completed >= progressOf(old ?? []).completed,
    "progress went back",
  );
  assert.ok(tokensOf(usageOf(now ?? [])) >= tokensOf(usageOf(old ?? [])), "tokens were forgotten");
}

/** A fold of several events is one move: from queued to ended by way of running. */
function reaches(from: StepState["status"], to: string, legal: readonly string[]): boolean {
  return legal.includes(to) || (from === "queued" && legal.includes("running"));
}
