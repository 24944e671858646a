import assert from "node:assert/strict";
import { ApiClient } from "../helpers/api_client.ts";
import { startCallboard } from "../helpers/callboard_process.ts";
import { Gate, startModelServer, words } from "../helpers/model_server.ts";

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`${signal} with open streams, a running step and half a request: out in under 5 s, the task goes on`, async () => {
    const folder = await Deno.makeTempDir();
    const gate = new Gate();
    const model = startModelServer(words(["Hello", " world"], { gate }));
    {
      const settings = {
        KV_PATH: `${folder}/kv.db`,
        MODEL_BASE_URL: model.baseUrl,
        MODEL: "small",
      };
      await using first = startCallboard(settings);
      const api = new ApiClient(await first.origin);
      const taskId = await api.start(await api.appId("Ask a model"), { question: "Why?" });
      const asked = await model.nextRequest();
      gate.open(1);
      const streams = await Promise.all([api.follow(taskId), api.follow(taskId)]);
      for (const stream of streams) await stream.next();
      const { hostname, port } = new URL(api.origin);
      using half = await Deno.connect({ hostname, port: Number(port) });
      await half.write(new TextEncoder().encode(
        "POST /studio HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n" +
          "Content-Length: 1000\r\n\r\nfrom=",
      ));
      const start = performance.now();
      first.kill(signal);
      const rests = Promise.allSettled(streams.map((stream) => stream.rest()));
      const { code } = await first.ended;
      const took = performance.now() - start;
      assert.equal(code, 0);
      assert.ok(took < 5_000, `it took ${Math.round(took)} ms`);
      await rests;
      assert.equal(await asked.closed, "left", "the model is asked no longer");

      const restart = performance.now();
      await using second = startCallboard(settings);
      const again = new ApiClient(await second.origin);
      await model.nextRequest();
      assert.ok(performance.now() - restart < 9_000, "its lease was given back, not run out");
      gate.open(Infinity);
      const task = await again.ended(taskId);
      assert.equal(task.status, "completed");
      assert.deepEqual(task.steps.map(({ attempt }) => attempt), [1]);
      assert.equal(task.outputs[0]?.value, "Hello world");
    }
    await model.close();
    await Deno.remove(folder, { recursive: true });
  });
}
