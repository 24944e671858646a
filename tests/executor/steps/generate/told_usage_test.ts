import assert from "node:assert/strict";
import { createGenerate, generate } from "../../../../executor/steps/generate.ts";
import { event, Gate, refusal, stream, wordEvent, words } from "../../../helpers/model_server.ts";
import { ask, failure, withServer } from "./asking.ts";

Deno.test("generate's usage is absent where the service tells none", async () => {
  await withServer(words(["ok"], { usage: null }), async (server) => {
    assert.deepEqual(await generate.run(ask(server).run), { type: "done", output: "ok" });
  });
});

Deno.test("generate: a failed answer carries the tokens that the service told of", async () => {
  const used = { inputTokens: 7, outputTokens: 1 };
  const endings = [
    words(["Half"], { finishReason: "length" }),
    words(["I"], { finishReason: "content_filter" }),
    words(["Half"], { finishReason: "insufficient_resource" }),
    words([" "]),
  ];
  for (const reply of endings) assert.deepEqual((await failure(reply)).usage, used);
  const untold = await failure(words(["Half"], { finishReason: "length", usage: null }));
  assert.equal(untold.usage, null);
  assert.equal((await failure(refusal(500, "Oops"))).usage, null);
});

Deno.test("generate: an answer broken off carries the tokens told until then", async () => {
  const told = (usage: unknown) => event({ ...JSON.parse(wordEvent("a").slice(6)), usage });
  const parts = [
    told({ prompt_tokens: 7, completion_tokens: 1 }),
    told({ prompt_tokens: 7, completion_tokens: 2 }),
    told(null),
  ];
  const used = { inputTokens: 7, outputTokens: 2 };
  const broken = await failure(stream({ parts }));
  assert.match(broken.message, /broke off/);
  assert.deepEqual(broken.usage, used);
  const refused = await failure(
    stream({ parts: [...parts, event({ error: { message: "No memory" } })] }),
  );
  assert.match(refused.message, /"No memory"/);
  assert.deepEqual(refused.usage, used);
});

Deno.test("generate: a service silent in the middle leaves the tokens it told of", async () => {
  const gate = new Gate();
  async function* parts() {
    yield event({ choices: [], usage: { prompt_tokens: 9, completion_tokens: 4 } });
    await gate.pass();
  }
  await withServer(stream({ parts: parts() }), async (server) => {
    await assert.rejects(createGenerate({ idleTimeoutMs: 2_000 }).run(ask(server).run), {
      message: /sent nothing for/,
      usage: { inputTokens: 9, outputTokens: 4 },
    });
    gate.open();
  });
});
