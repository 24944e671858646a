import assert from "node:assert/strict";
import { generate } from "../../../executor/steps/generate.ts";
import { collectGarbage } from "../../helpers/garbage.ts";
import { Gate, silence, startModelServer, words } from "../../helpers/model_server.ts";
import { stepRun } from "./step_run.ts";
import { ask, KEY, withServer } from "./generate/asking.ts";

Deno.test("generate writes the answer word by word as it comes, and returns it whole", async () => {
  const gate = new Gate();
  await withServer(words(["Good", " morning", ",\n\n you "], { gate }), async (server) => {
    const shown = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
    let count = 0;
    const told: unknown[] = [];
    const { run } = ask(server, {}, {
      write: (text) => shown[count++]?.resolve(text),
      tellUsage: (usage) => void told.push(usage),
    });
    const outcome = generate.run(run);
    gate.open();
    assert.equal(await shown[0]?.promise, "Good");
    gate.open();
    assert.equal(await shown[1]?.promise, " morning");
    gate.open(Infinity);
    assert.deepEqual(await outcome, {
      type: "done",
      output: "Good morning,\n\n you ",
      usage: { inputTokens: 7, outputTokens: 3 },
    });
    assert.deepEqual(told, [{ inputTokens: 7, outputTokens: 3 }], "also to whom it is cut short");
    assert.equal(await server.requests[0]?.closed, "sent");
  });
});

Deno.test("generate sends its config, both keys, and asks for usage", async () => {
  await withServer(words(["ok"]), async (server) => {
    const config = { system: "Be kind", temperature: "0.5", maxTokens: 90, model: " big-model " };
    await generate.run(ask(server, config).run);
    const request = await server.nextRequest();
    assert.equal(request.path, "/v1/chat/completions");
    assert.equal(request.headers.get("Authorization"), `Bearer ${KEY}`);
    assert.equal(request.headers.get("Idempotency-Key"), ask(server, config).run.idempotencyKey);
    assert.deepEqual(request.body, {
      model: "big-model",
      max_tokens: 90,
      temperature: 0.5,
      messages: [
        { role: "system", content: "Be kind" },
        { role: "user", content: "Say hello" },
      ],
      stream: true,
      stream_options: { include_usage: true },
    });
  });
});

Deno.test("generate leaves out what its config leaves empty, and a key that is not set", async () => {
  await withServer(words(["ok"]), async (server) => {
    const { run } = ask(server, { system: " ", temperature: "", maxTokens: "", model: "" });
    const model = { baseUrl: server.baseUrl, apiKey: null, model: "small-model" };
    await generate.run({ ...run, services: { ...run.services, model } });
    const request = await server.nextRequest();
    assert.equal(request.headers.get("Authorization"), null);
    assert.deepEqual(Object.keys(request.body).sort(), [
      "messages",
      "model",
      "stream",
      "stream_options",
    ]);
    assert.equal(request.body.messages?.length, 1);
  });
});

Deno.test("generate without a model fails for good and names the settings", async () => {
  await assert.rejects(generate.run(stepRun({ prompt: "Hi" }).run), {
    name: "PermanentError",
    message: /^No language model is set: set MODEL_BASE_URL and MODEL \(and MODEL_API_KEY/,
  });
});

Deno.test("generate refuses an empty prompt and numbers out of range before it asks", async () => {
  await withServer(words(["ok"]), async (server) => {
    const wrong = [
      [{ prompt: " \n" }, /"prompt" is empty/],
      [{ temperature: "hot" }, /Cannot use "hot" as "temperature".+from 0 to 2/],
      [{ temperature: 2.5 }, /Cannot use 2.5 as "temperature"/],
      [{ maxTokens: 1.5 }, /"maxTokens": it has to be a whole number from 1/],
    ] as const;
    for (const [config, message] of wrong) {
      const { run } = ask(server, config);
      await assert.rejects(generate.run(run), { name: "PermanentError", message });
    }
    assert.equal(server.requests.length, 0);
  });
});

Deno.test("generate aborted in mid-answer ends the upstream request and rejects", async () => {
  const gate = new Gate();
  await withServer(words(["one", "two"], { gate }), async (server) => {
    const controller = new AbortController();
    const shown = Promise.withResolvers<void>();
    const { run } = ask(server, {}, { signal: controller.signal, write: () => shown.resolve() });
    const outcome = generate.run(run);
    gate.open();
    await shown.promise;
    const reason = new Error("Cancelled by a person");
    controller.abort(reason);
    await assert.rejects(outcome, (error) => error === reason);
    assert.equal(await server.requests[0]?.closed, "left");
  });
});

Deno.test("generate aborted in mid-answer ends the upstream request, however long that was open", async () => {
  const gate = new Gate();
  await withServer(words(["one", "two"], { gate }), async (server) => {
    const controller = new AbortController();
    const shown = Promise.withResolvers<void>();
    const { run } = ask(server, {}, { signal: controller.signal, write: () => shown.resolve() });
    const outcome = generate.run(run);
    gate.open();
    await shown.promise;
    await collectGarbage();
    controller.abort();
    await assert.rejects(outcome, { name: "AbortError" });
    assert.equal(await server.requests[0]?.closed, "left");
  });
});

Deno.test("generate aborted before the first byte ends the upstream request", async () => {
  await withServer(silence, async (server) => {
    const controller = new AbortController();
    const outcome = generate.run(ask(server, {}, { signal: controller.signal }).run);
    const request = await server.nextRequest();
    controller.abort();
    await assert.rejects(outcome, { name: "AbortError" });
    assert.equal(await request.closed, "left");
  });
});

Deno.test("generate names the host when nobody listens there, and may be tried again", async () => {
  const server = startModelServer();
  await server.close();
  const { run } = ask(server);
  await assert.rejects(generate.run(run), {
    name: "RetryableError",
    message: `Cannot reach the model service at ${server.host}: the connection was refused; ` +
      "check that it runs and that MODEL_BASE_URL is right",
  });
});
