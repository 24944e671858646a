import assert from "node:assert/strict";
import { newSecret } from "../../executor/access/secrets.ts";
import { paths } from "../../routes/paths.ts";
import { idsOf } from "../../routes/telemetry/spans.ts";
import { ApiClient } from "../helpers/api_client.ts";
import { startCallboard } from "../helpers/callboard_process.ts";
import { Gate, startModelServer, words } from "../helpers/model_server.ts";
import { type OtlpReceiver, type SeenSpan, startOtlpReceiver } from "../helpers/otlp_receiver.ts";

/** Deno 2.5 exports nothing of what ends after the signal to stop. */
const IS_LATE_EXPORTED = !Deno.version.deno.startsWith("2.5.");

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

Deno.test("the trace of a request holds nothing that opens something, nor what it asks for", async () => {
  await using receiver = startOtlpReceiver();
  await using callboard = startCallboard({ KV_PATH: ":memory:", ...receiver.settings });
  const origin = await callboard.origin;
  const secret = newSecret("cbs_");
  const asked = [
    paths.shared(secret),
    paths.embed.taskEvents(secret),
    `/s/cb%73_${secret.slice(4)}`,
    `${paths.signInCallback()}?state=x&code=private`,
    `${paths.playground()}?text=private`,
  ];
  for (const path of asked) await (await fetch(origin + path)).body?.cancel();
  callboard.kill("SIGTERM");
  await callboard.ended;
  const spans = receiver.spans.filter(({ name }) => name.startsWith("GET"));
  assert.deepEqual(spans.map(({ attributes }) => attributes["url.path"]), [
    "/s/cbs_…",
    "/embed/tasks/cbs_…/events",
    "/s/cbs_…",
    "/sign-in/callback",
    "/playground",
  ]);
  for (const { attributes } of spans) {
    assert.equal(attributes["url.full"], `${origin}${attributes["url.path"]}`);
  }
  const raw = receiver.raw.join("\n");
  assert.doesNotMatch(raw, /private/);
  assert.ok(!raw.includes(secret.slice(4)));
});

Deno.test("a task that two processes worked on is one trace, and the log says that it was handed over", async () => {
  const folder = await Deno.makeTempDir();
  const gate = new Gate();
  const model = startModelServer(words(["Hello"], { gate }));
  {
    await using receiver = startOtlpReceiver();
    const settings = {
      KV_PATH: `${folder}/kv.db`,
      MODEL_BASE_URL: model.baseUrl,
      MODEL: "small",
      LOG_FORMAT: "json",
      ...receiver.settings,
    };
    await using first = startCallboard(settings);
    const api = new ApiClient(await first.origin);
    const taskId = await api.start(await api.appId("Ask a model"), { question: "Why?" });
    await model.nextRequest();
    first.kill("SIGTERM");
    const { errors } = await first.ended;
    const records = errors.trimEnd().split("\n").map((line) => JSON.parse(line));
    const left = records.find(({ message }) => message === "Task handed over");
    assert.equal(left?.taskId, taskId);

    await using second = startCallboard(settings);
    const again = new ApiClient(await second.origin);
    gate.open(Infinity);
    assert.equal((await again.ended(taskId)).status, "completed");
    second.kill("SIGTERM");
    await second.ended;
    const runs = receiver.spans.filter(({ name }) => name === "task");
    const endings = runs.map(({ attributes }) => attributes["callboard.run.ending"]);
    assert.deepEqual(endings, [...IS_LATE_EXPORTED ? ["handed-over"] : [], "ended"]);
    for (const { traceId, parentSpanId } of runs) {
      assert.deepEqual({ traceId, spanId: parentSpanId }, idsOf(taskId));
    }
    const attempts = receiver.spans.filter(({ name }) => name === "step generate");
    const outcomes = attempts.map(({ attributes }) => attributes["callboard.step.outcome"]);
    assert.deepEqual(outcomes, [...IS_LATE_EXPORTED ? ["aborted"] : [], "completed"]);
  }
  await model.close();
  await Deno.remove(folder, { recursive: true });
});
