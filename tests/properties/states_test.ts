import fc from "fast-check";
import assert from "node:assert/strict";
import { hasEnded, type TaskLife } from "../../executor/states.ts";
import { type TaskEvent, transition } from "../../executor/transition.ts";
import { unbegunLife } from "../../executor/run/advance.ts";
import { lifeProblems } from "../helpers/life_check.ts";
import { assertMoved, LedLife, madeSteps } from "./life_model.ts";
import { parameters, propertyTest } from "./properties.ts";

const IDS = ["s0", "s1", "s2"];
const usage = fc.option(
  fc.nat(1_000).map((count) => ({ inputTokens: count, outputTokens: 2 * count })),
  { nil: undefined },
);
const stepId = fc.constantFrom(...IDS, "missing");

/** Every event there is, legal or not. */
const anyEvent: fc.Arbitrary<(at: number) => TaskEvent> = fc.record({
  stepId,
  usage,
  isTolerated: fc.boolean(),
  type: fc.constantFrom<TaskEvent["type"]>(
    "task-started",
    "step-started",
    "step-started",
    "step-skipped",
    "step-waiting",
    "step-retrying",
    "step-used",
    "step-interrupted",
    "step-handed-over",
    "step-completed",
    "step-completed",
    "step-failed",
    "task-completed",
    "task-failed",
    "task-cancelled",
    "attempts-closed",
  ),
}).map(({ stepId, usage, isTolerated, type }) => (at) => {
  const error = { stepId: null, message: "No" };
  switch (type) {
    case "step-started":
      return { type, stepId, at };
    case "step-skipped":
      return { type, stepId, at, reason: "condition" };
    case "step-waiting":
      return { type, stepId, resumeAt: at + 5 };
    case "step-retrying":
      return { type, stepId, retryAt: at + 5, usage };
    case "step-used":
      return { type, stepId, usage: usage ?? { inputTokens: 0, outputTokens: 1 } };
    case "step-interrupted":
    case "step-handed-over":
      return { type, stepId };
    case "step-completed":
      return { type, stepId, at, usage };
    case "step-failed":
      return { type, stepId, at, message: "No", isTolerated, usage };
    case "task-failed":
      return { type, at, error };
    default:
      return { type, at };
  }
});

propertyTest(
  "transition obeys its tables, whatever happens in whatever order",
  ({ report }) => {
    const runs = { numRuns: 2_000, moves: 0, refusals: 0 };
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
        let life: TaskLife = unbegunLife(IDS);
        for (const [i, make] of events.entries()) {
          const before = structuredClone(life);
          let next: TaskLife | null = null;
          try {
            next = transition(life, make(i + 1));
          } catch (error) {
            assert.ok(error instanceof TypeError, String(error));
            runs.refusals++;
          }
          assert.deepEqual(life, before, "the life given is left as it was");
          if (next === null) continue;
          assertMoved(life, next);
          life = next;
          runs.moves++;
          const problems = lifeProblems(life).filter((problem) =>
            // Ending a life is its worker's, and so is starting it before its steps.
            !/runs on$|its task has not$/.test(problem)
          );
          assert.deepEqual(problems, []);
        }
      }),
      parameters(runs),
    );
    report(
      `states: ${runs.numRuns} lives, ${runs.moves} moves, ${runs.refusals} refused, 0 illegal`,
    );
  },
);

/** What may happen to a life next; nothing where there is no step to happen to. */
class LifeCommand implements fc.Command<Record<string, never>, LedLife> {
  readonly #name: string;
  readonly #act: (real: LedLife) => void;

  constructor(name: string, act: (real: LedLife) => void) {
    this.#name = name;
    this.#act = act;
  }

  check(): boolean {
    return true;
  }

  run(_model: Record<string, never>, real: LedLife): void {
    if (hasEnded(real.life.state)) return;
    this.#act(real);
    if (!real.isOver) real.advance();
    real.check();
    assert.deepEqual(lifeProblems(real.life), []);
  }

  toString(): string {
    return this.#name;
  }
}

function pick<Item>(items: readonly Item[], place: number): Item | undefined {
  return items[place % Math.max(1, items.length)];
}

/** An event of one of the steps that run. */
function stepCommand(
  name: string,
  eventOf: (stepId: string, at: number) => TaskEvent,
): fc.Arbitrary<LifeCommand> {
  return fc.nat(5).map((place) =>
    new LifeCommand(`${name} ${place}`, (real) => {
      const id = pick(real.running(false), place);
      if (id !== undefined) real.apply(eventOf(id, real.now));
    })
  );
}

const commands = fc.commands([
  stepCommand("complete", (stepId, at) => ({ type: "step-completed", stepId, at })),
  stepCommand("complete more", (stepId, at) => ({
    type: "step-completed",
    stepId,
    at,
    usage: { inputTokens: 1, outputTokens: 2 },
  })),
  stepCommand("tolerate", (stepId, at) => ({
    type: "step-failed",
    stepId,
    at,
    message: "No",
    isTolerated: true,
  })),
  stepCommand("fail", (stepId, at) => ({ type: "step-failed", stepId, at, message: "No" })),
  stepCommand("retry", (stepId, at) => ({ type: "step-retrying", stepId, retryAt: at + 5 })),
  stepCommand("wait", (stepId, at) => ({ type: "step-waiting", stepId, resumeAt: at + 5 })),
  fc.nat(5).map((place) =>
    new LifeCommand(`wake ${place}`, (real) => {
      const stepId = pick(real.running(true), place);
      if (stepId !== undefined) real.apply({ type: "step-completed", stepId, at: real.now += 5 });
    })
  ),
  fc.constant(new LifeCommand("pass", (real) => void (real.now += 5))),
  fc.constant(new LifeCommand("crash", (real) => real.interrupt())),
  fc.constant(new LifeCommand("hand over", (real) => real.handOver())),
  fc.constant(
    new LifeCommand("cancel", (real) => real.apply({ type: "task-cancelled", at: real.now })),
  ),
], { maxCommands: 40 });

propertyTest("a life that a worker leads always goes on, and ends whole", ({ report }) => {
  const runs = { numRuns: 2_000, ended: 0 };
  fc.assert(
    fc.property(madeSteps, commands, (steps, cmds) => {
      const real = new LedLife(steps);
      real.check();
      fc.modelRun(() => ({ model: {}, real }), cmds);
      // Whatever has happened: done to its end, it ends.
      for (let rounds = 0; rounds < 20 && !real.isOver; rounds++) {
        real.now += 5;
        for (const stepId of [...real.running(false), ...real.running(true)]) {
          real.apply({ type: "step-completed", stepId, at: real.now });
        }
        real.advance();
      }
      assert.ok(real.isOver, "it never ends");
      assert.deepEqual(lifeProblems(real.life), []);
      runs.ended++;
    }),
    parameters(runs),
  );
  report(`states: ${runs.ended} lives led to their end, 0 stuck`);
});
