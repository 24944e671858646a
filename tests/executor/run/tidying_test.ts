import assert from "node:assert/strict";
import { LEASE_MS } from "../../../executor/run/context.ts";
import { RetryableError } from "../../../executor/steps/step_kind.ts";
import { checkDatabase } from "../../helpers/database_check.ts";
import { type DefinitionSketch, outputOf } from "../../helpers/definitions.ts";
import { startTestExecutor, type TestExecutor } from "../../helpers/executor.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { createGates } from "../../helpers/gates.ts";
import { keysUnder, type ProbeHooks, type SeenCommit } from "../../helpers/kv_probe.ts";
import { UNKNOWN_TASK } from "../../helpers/unknown_ids.ts";

/** Too long for the record that names it. */
const LONG = "a long text, ".repeat(1_300);

const NO_JSON = { ...outputOf("a", "json"), name: "facts", template: "no JSON" };

/** A task that leaves something nobody names. */
interface Untidy {
  readonly name: string;
  readonly sketch: DefinitionSketch;
  /** What it leaves, as the check of the database says it. */
  readonly left: RegExp;
  /** Brings it to its end. */
  play(test: TestExecutor, taskId: string): Promise<void>;
}

const UNTIDY: readonly Untidy[] = [
  {
    name: "whose step was tried again",
    sketch: { steps: [{ id: "a", retry: { attempts: 2, backoff: 1 } }] },
    left: /pieces of text are left/,
    async play({ gates, clock, kv, when }, taskId) {
      const first = await gates.next();
      first.write("x".repeat(3_000));
      first.fail(new RetryableError("Busy"));
      await when(taskId, ({ steps }) => steps[0]?.status === "queued");
      await kv.idle();
      clock.advance(1_000);
      (await gates.next()).fail();
    },
  },
  {
    name: "whose last output cannot be made",
    sketch: { steps: [{ id: "a" }], outputs: [outputOf("a"), NO_JSON] },
    left: /parts are left/,
    async play({ gates }) {
      (await gates.next()).done(LONG);
    },
  },
];

for (const { name, sketch, left, play } of UNTIDY) {
  Deno.test(`what a task ${name} has left is removed by the next process, if its own dies`, async () => {
    using kv = await Deno.openKv(":memory:");
    await using test = await startTestExecutor({ kv });
    const app = await test.add(sketch);
    const taskId = await test.start(app.id);
    test.kv.hooks = diesWithTheEndOf(taskId);
    await play(test, taskId);
    await test.ended(taskId);
    await assertRemovedByNext(kv, test, left);
  });
}

Deno.test("what a process has left that died with a step that had waited is removed after the task's end", async () => {
  using kv = await Deno.openKv(":memory:");
  await using first = await startTestExecutor({ kv });
  const app = await first.add();
  const taskId = await first.start(app.id);
  (await first.gates.next()).wait(first.clock.now() + 60_000);
  await first.when(taskId, ({ steps }) => steps[0]?.resumeAt !== undefined);
  await first.kv.idle();
  first.clock.advance(60_000);
  const run = await first.gates.next();
  const dying = Promise.withResolvers<void>();
  const dead = Promise.withResolvers<void>();
  first.kv.hooks = {
    async onCommit(seen, commit) {
      if (ends(seen, taskId)) {
        dying.resolve();
        await first.kv.held(dead.promise);
      }
      return await commit();
    },
  };
  run.done(LONG);
  await dying.promise;

  const clock = new FakeClock(first.clock.now() + LEASE_MS + 1);
  await using second = await startTestExecutor({ kv, clock });
  second.kv.hooks = diesWithTheEndOf(taskId);
  const again = await second.gates.next();
  assert.equal(again.attempt, 1);
  again.done("short");
  await second.ended(taskId);
  await assertRemovedByNext(kv, second, /parts are left/);
  dead.resolve();
});

Deno.test("a cancelled task keeps its mark while something of it still runs", async () => {
  using kv = await Deno.openKv(":memory:");
  const gates = createGates({ onAbort: "ignore" });
  await using test = await startTestExecutor({ kv, gates });
  const app = await test.add();
  const taskId = await test.start(app.id);
  const run = await gates.next();
  await test.executor.tasks.cancel(taskId);
  await using other = await startTestExecutor({ kv, clock: test.clock, concurrency: 0 });
  await other.executor.sweep(0);
  assert.deepEqual(await keysUnder(kv, "untidy"), [["untidy", taskId]]);
  run.done();
  await test.closed(taskId);
  await test.kv.idle();
  assert.deepEqual(await keysUnder(kv, "untidy"), []);
});

Deno.test("the mark of a task that is gone is removed", async () => {
  using kv = await Deno.openKv(":memory:");
  await kv.set(["untidy", UNKNOWN_TASK], true);
  await using test = await startTestExecutor({ kv });
  assert.deepEqual(await keysUnder(kv, "untidy"), []);
  assert.deepEqual(test.unexpected, []);
});

/** The database as it was left, and as it is once another process has begun. */
async function assertRemovedByNext(kv: Deno.Kv, { clock }: TestExecutor, left: RegExp) {
  const before = await checkDatabase(kv, { now: clock.now(), isAtRest: true });
  assert.match(before.problems.join(), left);
  await using next = await startTestExecutor({ kv, clock: new FakeClock(clock.now()) });
  await next.kv.idle();
  const after = await checkDatabase(kv, { now: clock.now(), isAtRest: true });
  assert.deepEqual(after.problems, []);
  assert.deepEqual(next.unexpected, []);
}

/** The commit that ends the task is the last that reaches the database. */
function diesWithTheEndOf(taskId: string): ProbeHooks {
  let isDead = false;
  return {
    onCommit(seen, commit) {
      if (isDead) return Promise.reject(new Error("The process has died"));
      isDead = ends(seen, taskId);
      return commit();
    },
  };
}

/** Whether a commit takes the task out of the queue: it is over. */
function ends({ mutations }: SeenCommit, taskId: string): boolean {
  const due = mutations.filter(({ key }) => key[0] === "due" && key[2] === taskId);
  return due.length > 0 && due.every(({ type }) => type === "delete");
}
