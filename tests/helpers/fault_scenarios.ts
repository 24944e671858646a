import assert from "node:assert/strict";
import type { TaskJson } from "../../executor/mod.ts";
import { RetryableError } from "../../executor/steps/step_kind.ts";
import { assertSound } from "./database_check.ts";
import { outputOf, TEXT_INPUT } from "./definitions.ts";
import { startTestExecutor, type TestExecutor } from "./executor.ts";
import type { GatedRun } from "./gates.ts";
import { stepEnds } from "./kept_once.ts";
import { type ProbeHooks, turn } from "./kv_probe.ts";

/** Just too long for the record that names it. */
const LONG = "a long text, ".repeat(1_300);
const USAGE = { inputTokens: 3, outputTokens: 5 };
const MAX_IDLE_SECONDS = 90;

/**
 * A task with everything that commits: long inputs, parallel steps, an attempt that fails, a wait,
 * streams, long outputs.
 */
const SKETCH = {
  inputs: [TEXT_INPUT],
  steps: [
    { id: "a", config: { text: "{{ inputs.text }}" } },
    { id: "b", needs: ["a"] },
    { id: "c", needs: ["a"], retry: { attempts: 3, backoff: 2 } },
    { id: "pause", kind: "wait", config: { seconds: 5 }, needs: ["b", "c"] },
    { id: "d", needs: ["pause"] },
  ],
  outputs: [outputOf("a", "markdown"), outputOf("d"), outputOf("b", "json")],
};

/** What somebody does with a task of everything. */
export interface Scenario {
  readonly name: string;
  /** Whether another process accepts the task. */
  readonly isQueued?: boolean;
  /** Done once, while steps `b` and `c` run. */
  readonly act?: "cancel" | "stop";
}

export const SCENARIOS: readonly Scenario[] = [
  { name: "run where it was accepted" },
  { name: "queued by another process", isQueued: true },
  { name: "cancelled while two steps run", act: "cancel" },
  { name: "handed over by a process that stops", act: "stop" },
];

/** How a database is spoiled while a scenario goes on. */
export interface Spoiling {
  hooks(test: TestExecutor): ProbeHooks;
  /** Whether leases may run out, so that another process has to be there to go on. */
  readonly isLong?: boolean;
}

/** What a scenario came to. */
export interface ScenarioResult {
  readonly task: TaskJson;
  readonly commits: number;
  readonly reads: number;
  /** Steps that came to their end. */
  readonly stepEnds: number;
}

/**
 * Runs a scenario to its end and deletes the task, on a database that is spoiled for one of its
 * processes; and checks what has to hold whatever was spoiled: one task, no step kept twice, a sound
 * database, nothing left when the task is deleted.
 */
export async function runScenario(
  scenario: Scenario,
  spoiling: Spoiling | null,
): Promise<ScenarioResult> {
  const raw = await Deno.openKv(":memory:");
  try {
    await using test = await startTestExecutor({ kv: raw });
    const { clock, gates, kv } = test;
    await using accepting = await startTestExecutor({ kv, clock, concurrency: 0 });
    const hasHeir = scenario.act === "stop" || spoiling?.isLong === true;
    const concurrency = hasHeir ? 64 : 0;
    await using observer = await startTestExecutor({ kv: raw, clock, gates, concurrency });
    const app = await test.add(SKETCH);
    await kv.idle();
    const before = { commits: kv.commits.length, reads: kv.reads };
    if (spoiling !== null) kv.hooks = spoiling.hooks(test);
    const play = new Play(scenario, test, observer);

    await play.start(scenario.isQueued ? accepting : test, app.id);
    const task = await play.toEnd();
    await assertSound(raw, { now: clock.now(), isAtRest: spoiling === null });
    await play.insist(() => test.executor.tasks.delete(task.id));
    const counts = { commits: kv.commits.length - before.commits, reads: kv.reads - before.reads };
    kv.hooks = {};
    await play.passSeconds(12);
    // What a failed start has left is removed by the next process that starts.
    await using next = await startTestExecutor({ kv: raw, clock });
    await next.executor.sweep(0);
    await play.quiet();
    await next.kv.idle();
    const now = clock.now();
    const left = await assertSound(raw, { now, isAtRest: true });
    assert.equal(left.tasks, 0, "it is deleted");
    const ends = stepEnds([...kv.commits, ...observer.kv.commits]);
    assert.deepEqual(ends.twice, [], "no step is kept twice");
    return { task, ...counts, stepEnds: ends.count };
  } finally {
    raw.close();
  }
}

class Play {
  readonly #scenario: Scenario;
  /** Whose database is spoiled. */
  readonly #test: TestExecutor;
  /** Whose is not. */
  readonly #observer: TestExecutor;
  #taskId = "";

  constructor(scenario: Scenario, test: TestExecutor, observer: TestExecutor) {
    this.#scenario = scenario;
    this.#test = test;
    this.#observer = observer;
  }

  /** Starts one task: again, as a person would, where the start failed. */
  async start(accepting: TestExecutor, appId: string): Promise<void> {
    const rows = async () => (await this.#observer.executor.tasks.list({ limit: 10 })).rows;
    await this.insist(async () => {
      assert.deepEqual(await rows(), [], "a task whose start failed is not there");
      this.#taskId = await accepting.start(appId, { text: LONG });
    });
    assert.deepEqual((await rows()).map(({ id }) => id), [this.#taskId], "one start, one task");
    if (accepting !== this.#test) void this.#test.executor.sweep(0).catch(() => {});
  }

  /** Lets every run do its work until the task has ended; time passes where nothing else does. */
  async toEnd(): Promise<TaskJson> {
    const { gates, clock } = this.#test;
    let hasActed = this.#scenario.act === undefined;
    for (let done = 0, idle = 0; idle < MAX_IDLE_SECONDS;) {
      await this.quiet();
      const row = await this.#observer.executor.tasks.readRow(this.#taskId);
      if (row?.status !== "running") break;
      const fresh = gates.runs.slice(done);
      done += fresh.length;
      for (const run of fresh) run.write(`${run.stepId} says ${"much ".repeat(600)}`);
      if (!hasActed && fresh.some(({ stepId }) => stepId === "b")) {
        hasActed = true;
        await this.#act();
      }
      for (const run of fresh) work(run);
      idle = fresh.length === 0 ? idle + 1 : 0;
      if (fresh.length === 0) clock.advance(1_000);
      await turn();
    }
    await this.quiet();
    const task = await this.#observer.read(this.#taskId);
    assert.notEqual(task.status, "running", `it is stuck: ${JSON.stringify(task.steps)}`);
    return task;
  }

  /** Does as a person would who is shown an error: once more. Time passes meanwhile. */
  async insist(action: () => Promise<unknown>): Promise<void> {
    let isOver = false;
    const acting = action().catch(action).finally(() => isOver = true);
    for (let tenths = 0; !isOver && tenths < 600; tenths++) {
      await this.quiet();
      if (!isOver) this.#test.clock.advance(100);
    }
    assert.ok(isOver, "it takes for ever");
    await acting;
  }

  /** Lets what is late arrive. */
  async passSeconds(count: number): Promise<void> {
    for (let second = 0; second < count; second++) {
      await this.quiet();
      this.#test.clock.advance(1_000);
    }
    await this.quiet();
  }

  async quiet(): Promise<void> {
    await this.#test.kv.idle();
    await this.#observer.kv.idle();
  }

  async #act(): Promise<void> {
    const { executor } = this.#test;
    await this.insist(
      () => this.#scenario.act === "stop" ? executor.stop(0) : executor.tasks.cancel(this.#taskId),
    );
  }
}

/** Step `c` fails at first. */
function work(run: GatedRun): void {
  if (run.stepId !== "c" || run.attempt > 1) {
    run.done(run.stepId === "a" ? LONG : { from: run.stepId }, USAGE);
  } else run.fail(new RetryableError("Cannot do it yet"));
}
