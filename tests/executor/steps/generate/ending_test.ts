import assert from "node:assert/strict";
import { createGenerate, generate } from "../../../../executor/steps/generate.ts";
import { event, Gate, silence, stream, wordEvent, words } from "../../../helpers/model_server.ts";
import { ask, failure, KEY, withServer } from "./asking.ts";

Deno.test("generate fails when the service is silent from the start", async () => {
  await withServer(silence, async (server) => {
    const { run } = ask(server);
    await assert.rejects(createGenerate({ idleTimeoutMs: 50 }).run(run), {
      name: "RetryableError",
      message: "The model service sent nothing for 0.05 seconds; run it again later",
    });
    // On a busy machine it may not have got so far as to be seen there.
    for (const { closed } of server.requests) assert.equal(await closed, "left");
  });
});

Deno.test("generate fails when the service falls silent in the middle", async () => {
  const gate = new Gate();
  gate.open(1);
  await withServer(words(["Half"], { gate }), async (server) => {
    const { run, written } = ask(server);
    await assert.rejects(createGenerate({ idleTimeoutMs: 2_000 }).run(run), {
      name: "RetryableError",
      message: /sent nothing for 2 seconds/,
    });
    assert.deepEqual(written, ["Half"]);
    assert.equal(await server.requests[0]?.closed, "left");
  });
});

Deno.test("generate: garbage in the stream is a failure", async () => {
  for (const garbage of ["data: {nonsense\n\n", event({ choices: "none" }), event([1])]) {
    const error = await failure(stream({ parts: [wordEvent("Half"), garbage] }));
    assert.equal(error.name, "RetryableError");
    assert.match(error.message, /sent something else than an answer/, garbage);
  }
  const noEvents = await failure(stream({ parts: ["\u0000\u0001 nothing like it"] }));
  assert.match(noEvents.message, /broke off/);
});

Deno.test("generate: an error event in the stream is a failure in the service's words", async () => {
  const parts = [wordEvent("Half"), event({ error: { message: `No memory, ${KEY}` } })];
  const error = await failure(stream({ parts }));
  assert.match(error.message, /^The model service failed in its answer: "No memory, …"$/);
});

Deno.test("generate: a connection that breaks in the middle is a failure", async () => {
  const gate = new Gate();
  await withServer(words(["Half", " of"], { gate, isBrokenOff: true }), async (server) => {
    const { run } = ask(server, {}, { write: () => gate.open() });
    gate.open();
    await assert.rejects(generate.run(run), {
      name: "RetryableError",
      message: "The model service broke off in the middle of its answer; run it again",
    });
  });
});

Deno.test("generate: a stream that ends cleanly without a finish reason is a failure", async () => {
  for (const texts of [["Half of"], []]) {
    const error = await failure(words(texts, { finishReason: null }));
    assert.equal(error.name, "RetryableError");
    assert.match(error.message, /broke off in the middle/);
  }
  assert.match((await failure(words(["Half"], { finishReason: "" }))).message, /broke off/);
});

Deno.test("generate: an answer cut at its limit is a failure that names maxTokens", async () => {
  const cut = words(["Half"], { finishReason: "length" });
  const error = await failure(cut, { maxTokens: 5 });
  assert.equal(error.name, "PermanentError");
  assert.equal(
    error.message,
    'The answer was cut off after 5 tokens; set "maxTokens" higher, or ask for less',
  );
  assert.match((await failure(cut)).message, /cut off at the model's own limit.+"maxTokens"/);
});

Deno.test("generate: an answer held back by content rules is a failure", async () => {
  const error = await failure(words(["I"], { finishReason: "content_filter" }));
  assert.equal(error.name, "PermanentError");
  assert.match(error.message, /content rules; change the prompt/);
});

Deno.test("generate: an ending it does not know, and an empty answer, are failures", async () => {
  const odd = await failure(words(["Half"], { finishReason: "insufficient_resource" }));
  assert.match(
    odd.message,
    /ended its answer with "insufficient_resource" where "stop" was wanted/,
  );
  const empty = await failure(words(["", " \n"]));
  assert.equal(empty.name, "RetryableError");
  assert.match(empty.message, /empty answer/);
});
