import assert from "node:assert/strict";
import { seedApps } from "../../../executor/apps/seed.ts";
import { parseDefinition } from "../../../executor/definition/check.ts";
import { loadSeedApps, startExecutor } from "../../../executor/mod.ts";
import { stepKinds } from "../../../executor/steps/registry.ts";

Deno.test("seedApps are the four apps that come with Callboard, in order", () => {
  assert.deepEqual(seedApps.map(({ name }) => name), [
    "Text brief",
    "Ask a model",
    "Draft, critique, improve",
    "Slow count",
  ]);
});

for (const app of seedApps) {
  Deno.test(`${app.name}: is a sound definition and is stored as it is written`, async () => {
    const check = await parseDefinition(JSON.parse(JSON.stringify(app)), stepKinds);
    assert.ok(check.ok, JSON.stringify(check));
    assert.deepEqual(check.definition, app);
  });

  Deno.test(`${app.name}: tells people what it does`, () => {
    assert.ok(app.description.length > 20 && app.description.length <= 300);
    assert.ok(app.outputs.length > 0);
  });
}

Deno.test("Text brief has five steps, three of them in parallel after the reading", async () => {
  const [textBrief] = seedApps;
  const check = await parseDefinition(textBrief, stepKinds);
  assert.ok(check.ok);
  assert.deepEqual(check.plan.levels, [["title", "analysis"], ["summary", "names", "numbers"]]);
});

Deno.test("Apps.seed fills an empty database once, and loads nothing for another", async () => {
  const kv = await Deno.openKv(":memory:");
  const executor = await startExecutor({ kv, concurrency: 0 });
  try {
    await executor.apps.seed(loadSeedApps);
    const names = async () => (await executor.apps.names()).map(({ name }) => name);
    assert.deepEqual(await names(), seedApps.map(({ name }) => name));
    for (const { id } of await executor.apps.names()) await executor.apps.delete(id);
    await executor.apps.seed(() => assert.fail("loaded again"));
    assert.deepEqual(await names(), []);
  } finally {
    await executor.stop(0);
    kv.close();
  }
});
