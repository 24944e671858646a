import assert from "node:assert/strict";
import { ApiClient } from "../helpers/api_client.ts";
import { startCallboard } from "../helpers/callboard_process.ts";
import { startModelServer, words } from "../helpers/model_server.ts";
import { type OtlpReceiver, type SeenSpan, startOtlpReceiver } from "../helpers/otlp_receiver.ts";

function spanOf(receiver: OtlpReceiver, isIt: (span: SeenSpan) => boolean): SeenSpan {
  const [span, ...others] = receiver.spans.filter(isIt);
  assert.ok(span !== undefined, `no such span among ${receiver.spans.map(({ name }) => name)}`);
  assert.deepEqual(others, []);
  return span;
}

Deno.test("with OTEL_DENO a task is a trace: its run, its attempts, and what they asked of others", async () => {
  await using receiver = startOtlpReceiver();
  const model = startModelServer(words(["Hello"]));
  await using callboard = startCallboard({
    KV_PATH: ":memory:",
    MODEL_BASE_URL: model.baseUrl,
    MODEL: "small",
    ...receiver.settings,
  });
  const api = new ApiClient(await callboard.origin);
  const taskId = await api.start(await api.appId("Ask a model"), { question: "private words" });
  const { steps: [step], app } = await api.ended(taskId);
  assert.equal(step?.status, "completed");
  callboard.kill("SIGTERM");
  assert.equal((await callboard.ended).code, 0);
  await model.close();

  const run = spanOf(receiver, ({ name }) => name === "task");
  const attempt = spanOf(receiver, ({ name }) => name === "step generate");
  const asked = spanOf(receiver, ({ name, parentSpanId }) => {
    return name.startsWith("POST") && parentSpanId === attempt.spanId;
  });
  assert.equal(attempt.parentSpanId, run.spanId);
  assert.deepEqual([attempt.traceId, asked.traceId], [run.traceId, run.traceId]);
  assert.deepEqual(run.attributes, {
    "callboard.task.id": taskId,
    "callboard.app.id": app.id,
    "callboard.app.version": 1,
    "callboard.run.crashes": 0,
    "callboard.task.outcome": "completed",
    "callboard.run.ending": "ended",
  });
  assert.deepEqual(attempt.attributes, {
    "callboard.task.id": taskId,
    "callboard.app.id": app.id,
    "callboard.app.version": 1,
    "callboard.step.id": step.id,
    "callboard.step.kind": "generate",
    "callboard.step.attempt": 1,
    "callboard.step.outcome": "completed",
    "gen_ai.usage.input_tokens": step.usage?.inputTokens,
    "gen_ai.usage.output_tokens": step.usage?.outputTokens,
  });
  assert.equal(run.links.length, 1, "linked with the request that asked for it");
  assert.notEqual(run.links[0]?.traceId, run.traceId);
  assert.doesNotMatch(receiver.raw.join("\n"), /private words/);
});

Deno.test("a step that failed is an error in its trace, without what was said", async () => {
  await using receiver = startOtlpReceiver();
  await using callboard = startCallboard({ KV_PATH: ":memory:", ...receiver.settings });
  const api = new ApiClient(await callboard.origin);
  const taskId = await api.start(await api.appId("Ask a model"), { question: "private words" });
  assert.equal((await api.ended(taskId)).status, "failed");
  callboard.kill("SIGTERM");
  await callboard.ended;
  const attempt = spanOf(receiver, ({ name }) => name === "step generate");
  assert.equal(attempt.status.code, 2);
  assert.equal(attempt.status.message ?? "", "");
  assert.equal(attempt.attributes["error.type"], "permanent");
  const run = spanOf(receiver, ({ name }) => name === "task");
  assert.equal(run.status.code, 2);
  assert.equal(run.attributes["callboard.task.outcome"], "failed");
  assert.doesNotMatch(receiver.raw.join("\n"), /private words/);
});
