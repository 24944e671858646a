import assert from "node:assert/strict";
import { ApiClient } from "../helpers/api_client.ts";
import { startCallboard } from "../helpers/callboard_process.ts";
import { Gate, startModelServer, words } from "../helpers/model_server.ts";

/** Recovery from a crash, as promised. */
const RECOVERY_MS = 20_000;

Deno.test("kill -9 in the middle of a step: another process on the same file completes the task", async () => {
  const folder = await Deno.makeTempDir();
  const gate = new Gate();
  const model = startModelServer(words(["Hello", " world"], { gate }));
  {
    const settings = { KV_PATH: `${folder}/kv.db`, MODEL_BASE_URL: model.baseUrl, MODEL: "small" };
    await using first = startCallboard(settings);
    const api = new ApiClient(await first.origin);
    const appId = await api.appId("Draft, critique, improve");
    const inputs = Object.fromEntries((await inputsOf(api, appId)).map((name) => [name, "Rain"]));
    const taskId = await api.start(appId, inputs);
    await model.nextRequest();
    gate.open(3); // two words and the end
    await model.nextRequest(); // The second step has begun, so the first is kept.
    const before = await api.task(taskId);
    assert.equal(before.steps[0]?.status, "completed");
    first.kill("SIGKILL");
    await first.ended;

    const crash = performance.now();
    await using second = startCallboard(settings);
    const again = new ApiClient(await second.origin);
    gate.open(Infinity);
    const task = await again.ended(taskId);
    assert.ok(performance.now() - crash < RECOVERY_MS);
    assert.equal(task.status, "completed", task.error?.message);
    assert.deepEqual(task.steps[0], before.steps[0], "what was kept is not run again");
    assert.deepEqual(task.steps.map(({ attempt }) => attempt), [1, 2, 1]);
    assert.equal(model.requests.length, 4);
  }
  await model.close();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("kill -9 again and again: every accepted task ends right, once", async () => {
  const folder = await Deno.makeTempDir();
  {
    const settings = { KV_PATH: `${folder}/kv.db`, CONCURRENCY: "8" };
    const accepted: string[] = [];
    let appId = "";
    for (let life = 0; life < 2; life++) {
      await using callboard = startCallboard(settings);
      const api = new ApiClient(await callboard.origin);
      appId ||= await api.appId("Slow count");
      for (let i = 0; i < 20; i++) accepted.push(await api.start(appId, { seconds: 0.3 }));
      // In the middle of them: some have ended, some wait, some are queued.
      await api.ended(accepted[life * 20 + 5] ?? "");
      callboard.kill("SIGKILL");
      await callboard.ended;
    }
    await using last = startCallboard(settings);
    const api = new ApiClient(await last.origin);
    const start = performance.now();
    const tasks = await Promise.all(accepted.map((taskId) => api.ended(taskId)));
    assert.ok(performance.now() - start < RECOVERY_MS);
    for (const task of tasks) {
      assert.equal(task.status, "completed", task.error?.message);
      assert.equal(task.progress.completed, task.steps.length);
      assert.match(JSON.stringify(task.outputs), /One, two, three, four/i);
    }
    const count = await (await fetch(`${api.origin}/tasks?status=running`)).text();
    assert.match(count, /No running tasks/);
  }
  await Deno.remove(folder, { recursive: true });
});

async function inputsOf(api: ApiClient, appId: string): Promise<string[]> {
  const response = await fetch(`${api.origin}/apps`, { headers: { Accept: "application/json" } });
  const { apps } = await response.json();
  const app = apps.find((each: { id: string }) => each.id === appId);
  return app.inputs.filter((input: { required: boolean }) => input.required)
    .map((input: { name: string }) => input.name);
}
