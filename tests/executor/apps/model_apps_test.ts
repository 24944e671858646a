import assert from "node:assert/strict";
import { askAModel } from "../../../executor/apps/ask_a_model.ts";
import { draftCritiqueImprove } from "../../../executor/apps/draft_critique_improve.ts";
import { startModelServer, words } from "../../helpers/model_server.ts";
import { runApp } from "./run_app.ts";

async function withModel(
  test: (
    services: { model: { baseUrl: string; apiKey: null; model: string } },
    prompts: () => string[],
  ) => Promise<void>,
) {
  const server = startModelServer((request, raw) =>
    words([`Answer ${server.requests.length}`])(request, raw)
  );
  const model = { baseUrl: server.baseUrl, apiKey: null, model: "small-model" };
  const prompts = () => server.requests.map(({ body }) => JSON.stringify(body.messages));
  try {
    await test({ model }, prompts);
  } finally {
    await server.close();
  }
}

Deno.test("Ask a model sends the question and the role, and shows the answer", async () => {
  await withModel(async (services, prompts) => {
    const inputs = { question: "Why is {{ the }} sky blue?", role: "Be brief." };
    assert.deepEqual(await runApp(askAModel, inputs, services), { answer: "Answer 1" });
    assert.deepEqual(JSON.parse(prompts()[0] ?? ""), [
      { role: "system", content: "Be brief." },
      { role: "user", content: "Why is {{ the }} sky blue?" },
    ]);
  });
});

Deno.test("Ask a model works without a role", async () => {
  await withModel(async (services, prompts) => {
    await runApp(askAModel, { question: "Why?" }, services);
    assert.deepEqual(JSON.parse(prompts()[0] ?? ""), [{ role: "user", content: "Why?" }]);
  });
});

Deno.test("Draft, critique, improve builds each answer on those before", async () => {
  await withModel(async (services, prompts) => {
    const inputs = { task: "A note on tides", readers: "Sailors", length: "A paragraph" };
    assert.deepEqual(await runApp(draftCritiqueImprove, inputs, services), {
      text: "Answer 3",
      critique: "Answer 2",
      draft: "Answer 1",
    });
    const [draft, critique, improve] = prompts();
    for (const prompt of prompts()) assert.match(prompt, /A note on tides.+Sailors.+A paragraph/);
    assert.doesNotMatch(draft ?? "", /Answer \d/);
    assert.match(critique ?? "", /Answer 1/);
    assert.match(improve ?? "", /Answer 1.+Answer 2/);
  });
});
