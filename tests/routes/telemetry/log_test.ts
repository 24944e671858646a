import assert from "node:assert/strict";
import { createLog, type Log, type LogOptions } from "../../../routes/telemetry/log.ts";

const task = { taskId: "tsk_1", appId: "app_1", appVersion: 3 };
const attempt = {
  run: { task, isFresh: true, crashes: 0 },
  stepId: "draft",
  kind: "generate",
  number: 2,
};

function recorded(
  options: Partial<LogOptions> = {},
): { readonly log: Log; read(): Promise<unknown[]> } {
  const lines: string[] = [];
  const log = createLog({
    format: "json",
    level: "info",
    secrets: [],
    write: (text) => lines.push(...text.split("\n")),
    ...options,
  });
  return {
    log,
    async read() {
      await log.flush();
      return lines.map((line) => {
        const { time, ...rest } = JSON.parse(line);
        assert.ok(Math.abs(Date.parse(time) - Date.now()) < 60_000);
        return rest;
      });
    },
  };
}

Deno.test("the log tells a task's life, what came before the library was loaded included", async () => {
  const { log, read } = recorded();
  log.onEvent({ type: "task-accepted", task, origin: { kind: "api" }, isQueued: true });
  log.onEvent({
    type: "attempt-ended",
    attempt,
    outcome: "retried",
    durationMs: 70,
    fault: { type: "unexpected", reference: "k1" },
    usage: { inputTokens: 5, outputTokens: 6 },
  });
  const ended = { status: "failed", durationMs: 80, failedStepId: "draft" } as const;
  log.onEvent({ type: "task-ended", task, ...ended });
  log.onEvent({ type: "lease-expired", taskId: "tsk_1", crashes: 1 });
  assert.deepEqual(await read(), [
    {
      level: "info",
      category: "callboard.task",
      message: "Task accepted",
      ...task,
      origin: "api",
      queued: true,
    },
    {
      level: "warning",
      category: "callboard.step",
      message: "Step attempt failed, to be tried again",
      taskId: "tsk_1",
      stepId: "draft",
      kind: "generate",
      attempt: 2,
      durationMs: 70,
      fault: "unexpected",
      reference: "k1",
      inputTokens: 5,
      outputTokens: 6,
    },
    {
      level: "warning",
      category: "callboard.task",
      message: "Task failed",
      ...task,
      status: "failed",
      durationMs: 80,
      stepId: "draft",
    },
    {
      level: "warning",
      category: "callboard.queue",
      message: "Task taken over: its worker died",
      taskId: "tsk_1",
      crashes: 1,
    },
  ]);
});

Deno.test("LOG_LEVEL decides what is told: an answer is, with debug, or where it failed", async () => {
  const answer = { method: "GET", path: "/tasks", durationMs: 1.5 };
  for (
    const [level, statuses] of [["debug", [200, 503]], ["info", [503]], ["error", []]] as const
  ) {
    const { log, read } = recorded({ level });
    for (const status of [200, 503]) log.onAnswer({ ...answer, status });
    const told = (await read()).map((record) => Object(record).status);
    assert.deepEqual(told, [...statuses], level);
  }
});

Deno.test("an error nobody expected is told with what it is about, and without keys", async () => {
  const { log, read } = recorded({ secrets: ["s3cret"] });
  const about = { taskId: "tsk_1", stepId: "draft", reference: "k1" };
  log.onUnexpected(new TypeError("Cannot keep s3cret"), "step", about);
  const [record] = await read();
  const { error, ...rest } = Object(record);
  assert.match(error, /^TypeError: Cannot keep …\n {4}at /);
  assert.deepEqual(rest, {
    level: "error",
    category: "callboard.error",
    message: "Unexpected error",
    where: "step",
    ...about,
  });
});

Deno.test("what numbers tell is not told in words", async () => {
  const { log, read } = recorded({ level: "debug" });
  log.onEvent({ type: "committed", writeSets: 3, durationMs: 0.4 });
  assert.deepEqual(await read(), []);
});
