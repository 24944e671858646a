import assert from "node:assert/strict";
import { RetryableError } from "../../../executor/steps/step_kind.ts";
import { startTestExecutor } from "../../helpers/executor.ts";
import type { GatedRun } from "../../helpers/gates.ts";

// A kind may give anything, whatever its type says.
const NO_NUMBER = JSON.parse('"3"');

const REFUSED: readonly [what: string, give: (run: GatedRun) => void, message: RegExp][] = [
  ["a time that is no number", (run) => run.wait(NaN), /cannot wait until NaN: that is no time/],
  ["a time without end", (run) => run.wait(Infinity), /cannot wait until Infinity/],
  ["a time after all dates", (run) => run.wait(8.64e15 + 1), /cannot wait until 8640000000000001/],
  ["a time in words", (run) => run.wait(NO_NUMBER), /cannot wait until "3"/],
  [
    "tokens that are no number",
    (run) => run.done("kept?", { inputTokens: NaN, outputTokens: 1 }),
    /Cannot count the tokens of step "Step only": .+ from 0 on, not NaN and 1/,
  ],
  [
    "less than no tokens",
    (run) => run.done("kept?", { inputTokens: 1, outputTokens: -1 }),
    /not 1 and -1/,
  ],
  [
    "tokens as text",
    (run) => run.done("kept?", { inputTokens: 1, outputTokens: NO_NUMBER }),
    /not 1 and "3"/,
  ],
];

for (const [what, give, message] of REFUSED) {
  Deno.test(`a kind that gives ${what} fails its step, and its task can be read`, async () => {
    await using test = await startTestExecutor();
    const app = await test.add();
    const taskId = await test.start(app.id);
    give(await test.gates.next());
    const { status, error, usage } = await test.ended(taskId);
    assert.equal(status, "failed");
    assert.match(error?.message ?? "", message);
    assert.equal(usage, undefined);
    const { rows } = await test.executor.tasks.list({ limit: 1 });
    assert.deepEqual(rows.map(({ id, status }) => [id, status]), [[taskId, "failed"]]);
    assert.deepEqual(test.unexpected, []);
  });
}

Deno.test("tokens that cannot be counted are refused where a kind tells of them", async () => {
  await using test = await startTestExecutor();
  const app = await test.add();
  const taskId = await test.start(app.id);
  const run = await test.gates.next();
  run.tellUsage({ inputTokens: 3, outputTokens: 4 });
  assert.throws(() => run.tellUsage({ inputTokens: 0.5, outputTokens: 4 }), /not 0.5 and 4/);
  run.done();
  assert.deepEqual((await test.ended(taskId)).usage, { inputTokens: 3, outputTokens: 4 });
});

Deno.test("what cannot be used of what a failure tells is left out", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ steps: [{ id: "only", retry: { attempts: 2, backoff: 1 } }] });
  const taskId = await test.start(app.id);
  const usage = { inputTokens: NaN, outputTokens: 1 };
  (await test.gates.next()).fail(new RetryableError("Busy", { usage, retryAfterMs: NaN }));
  await test.when(taskId, ({ steps }) => steps[0]?.status === "queued");
  await test.kv.idle();
  test.clock.advance(1_000);
  (await test.gates.next()).done();
  const task = await test.ended(taskId);
  assert.equal(task.status, "completed");
  assert.equal(task.usage, undefined);
});
