import assert from "node:assert/strict";
import { LEASE_MS } from "../../executor/run/context.ts";
import { RetryableError } from "../../executor/steps/step_kind.ts";
import { assertSound } from "../helpers/database_check.ts";
import { inARow, outputOf } from "../helpers/definitions.ts";
import { startTestExecutor, type TestExecutor } from "../helpers/executor.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import type { GatedRun } from "../helpers/gates.ts";
import { stepEnds } from "../helpers/kept_once.ts";
import { seededTest } from "../helpers/seed.ts";

const ROUNDS = 2;
const HEARTBEAT_MS = 3_000;
const MAX_TEXT = 60_000;
const MAX_RESULT = 200_000;

/** A process that lost its task, the run of a step it still has, and a length by chance. */
interface Haunting {
  readonly zombie: TestExecutor;
  readonly late: GatedRun;
  readonly taskId: string;
  readonly chance: number;
}

/** What a zombie may do. */
const DEEDS: Readonly<Record<string, (haunting: Haunting) => unknown>> = {
  result: ({ late }) => late.done("wrong"),
  "long result": ({ late, chance }) => late.done("x".repeat(20_000 + chance * MAX_RESULT)),
  failure: ({ late }) => late.fail(),
  retry: ({ late }) => late.fail(new RetryableError("Not now")),
  wait: ({ late, zombie }) => late.wait(zombie.clock.now() + 60_000),
  text: ({ late, chance }) => late.write("x".repeat(3_000 + chance * MAX_TEXT)),
  "text and result": ({ late, chance }) => {
    late.write("x".repeat(3_000 + chance * MAX_TEXT));
    late.done("y".repeat(20_000 + chance * MAX_RESULT));
  },
  heartbeat: ({ zombie }) => zombie.clock.advance(HEARTBEAT_MS),
  "hand-over": ({ zombie }) => zombie.executor.stop(0),
  cancellation: ({ zombie, taskId }) => zombie.executor.tasks.cancel(taskId),
};

/** Where the task stands when that reaches the database. */
const MOMENTS = ["taken", "completed", "cancelled", "deleted"] as const;
type Moment = typeof MOMENTS[number];

/** Begun when the task is another's; or before that, and held up on its way to the database. */
const WAYS = ["late", "held up"] as const;

const HAUNTINGS = Array.from({ length: ROUNDS }).flatMap(() =>
  Object.entries(DEEDS).flatMap(([name, deed]) =>
    MOMENTS.flatMap((moment) => WAYS.map((way) => ({ name, deed, moment, way })))
  )
  // To cancel a task that runs, wherever it does, is anybody's right.
).filter(({ name, moment }) => !(name === "cancellation" && moment === "taken"));

seededTest(
  "a zombie writes after its lease ran out and another has the task: refused, and no trace is left",
  async ({ random, report }) => {
    const counts = { refused: 0, entries: 0 };
    const wrong: string[] = [];
    for (const { name, deed, moment, way } of HAUNTINGS) {
      const chance = random();
      try {
        const seen = await haunt({ deed, moment, isHeldUp: way === "held up", chance });
        counts.refused += seen.refused;
        counts.entries += seen.entries;
      } catch (error) {
        wrong.push(`${name}, ${way}, ${moment}: ${String(error).slice(0, 600)}`);
      }
    }
    assert.deepEqual(wrong, []);
    report(
      `fault 4: ${HAUNTINGS.length} zombies, ${counts.refused} commits refused, ` +
        `${counts.entries} entries looked at, 0 traces left`,
    );
  },
);

interface Plan {
  readonly deed: (haunting: Haunting) => unknown;
  readonly moment: Moment;
  readonly isHeldUp: boolean;
  readonly chance: number;
}

/** One zombie; how many of its commits were refused, and how many entries were left to look at. */
async function haunt({ deed, moment, isHeldUp, chance }: Plan) {
  const raw = await Deno.openKv(":memory:");
  try {
    await using zombie = await startTestExecutor({ kv: raw });
    const steps = inARow("a", "b").map((step) => ({ ...step, retry: { attempts: 2, backoff: 1 } }));
    const app = await zombie.add({ steps, outputs: [outputOf("a")] });
    const taskId = await zombie.start(app.id);
    const late = await zombie.gates.next("a");
    late.write("What it wrote in time. ".repeat(200));
    await zombie.kv.idle();

    const act = () => Promise.resolve(deed({ zombie, late, taskId, chance })).catch(() => {});
    const before = zombie.kv.commits.length;
    const letGo = isHeldUp ? holdUp(zombie) : () => {};
    const early = isHeldUp ? act() : null;
    await zombie.kv.idle();
    const clock = new FakeClock(zombie.clock.now() + LEASE_MS);
    await using heir = await startTestExecutor({ kv: raw, clock });
    const own = await heir.gates.next("a");
    own.write("What the other writes. ".repeat(200));
    await heir.kv.idle();
    if (moment !== "taken") await end(heir, taskId, moment);

    const seen = await all(heir, taskId);
    letGo();
    const deeds = early ?? act();
    await zombie.kv.idle();
    assert.deepEqual(await all(heir, taskId), seen, "it shows");
    assert.equal(zombie.gates.runs.length, 1, "it went on with the task");

    if (moment === "taken") await end(heir, taskId, "completed");
    zombie.clock.advance(HEARTBEAT_MS); // it hears of it at the latest now
    await zombie.kv.idle();
    zombie.clock.advance(60_000);
    await deeds;
    await zombie.kv.idle();
    assert.ok(late.isOver, "it runs on");
    await heir.kv.idle();
    const { entries } = await assertSound(raw, { now: clock.now(), isAtRest: true });
    assert.deepEqual(stepEnds([...zombie.kv.commits, ...heir.kv.commits]).twice, []);
    const task = await heir.executor.tasks.readJson(taskId);
    if (task?.status === "completed") assert.equal(task.outputs[0]?.value, "right");
    const commits = zombie.kv.commits.slice(before);
    const refused = commits.filter(({ applied, checks }) => applied === 0 && checks.length > 0);
    return { refused: refused.length, entries };
  } finally {
    raw.close();
  }
}

/** Nothing that a process asks of its database from now on gets there, until it is let go. */
function holdUp({ kv }: TestExecutor): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  kv.hooks = {
    async onCommit(_seen, commit) {
      await kv.held(promise);
      return await commit();
    },
  };
  return () => {
    kv.hooks = {};
    resolve();
  };
}

async function end(heir: TestExecutor, taskId: string, moment: Exclude<Moment, "taken">) {
  if (moment === "cancelled") {
    await heir.executor.tasks.cancel(taskId);
    await heir.closed(taskId);
  } else {
    for (const run of heir.gates.runs) run.done("right");
    (await heir.gates.next("b")).done();
    await heir.ended(taskId);
  }
  await heir.kv.idle();
  if (moment === "deleted") await heir.executor.tasks.delete(taskId);
  await heir.kv.idle();
}

/** Everything that anybody is shown of a task. */
async function all({ executor: { tasks } }: TestExecutor, taskId: string) {
  const { rows } = await tasks.list({ limit: 10 });
  return { rows, json: await tasks.readJson(taskId), page: await tasks.read(taskId) };
}
