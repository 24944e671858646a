import assert from "node:assert/strict";
import { ApiClient } from "../helpers/api_client.ts";
import { startCallboard } from "../helpers/callboard_process.ts";
import { openKv } from "../../executor/mod.ts";
import { assertSound } from "../helpers/database_check.ts";
import { Gate, startModelServer, words } from "../helpers/model_server.ts";
import { seededTest } from "../helpers/seed.ts";

const STREAMS = 20;
/** 5 s are promised, and about 4 taken; a test shares its machine with others. */
const LEAVE_MS = 10_000;

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  seededTest(
    `${signal} with open streams, a running step and half a request: out in seconds, the task goes on`,
    async ({ report }) => {
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
        const streams = await Promise.all(
          Array.from({ length: STREAMS }, () => api.follow(taskId)),
        );
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
        assert.ok(took < LEAVE_MS, `it took ${Math.round(took)} ms`);
        assert.equal((await rests).length, STREAMS, "no stream is left open");
        assert.equal(await asked.closed, "left", "the model is asked no longer");

        const restart = performance.now();
        await using second = startCallboard(settings);
        const again = new ApiClient(await second.origin);
        await model.nextRequest();
        const wait = performance.now() - restart;
        gate.open(Infinity);
        const task = await again.ended(taskId);
        assert.equal(task.status, "completed");
        assert.deepEqual(task.steps.map(({ attempt }) => attempt), [1], "its lease was given back");
        assert.equal(task.outputs[0]?.value, "Hello world");
        assert.equal(model.requests.length, 2);
        second.kill(signal);
        assert.equal((await second.ended).code, 0);
        const opened = await openKv(settings.KV_PATH);
        const { entries } = await assertSound(opened.kv, { now: Date.now(), isAtRest: true });
        opened.close();
        report(
          `fault 7: ${signal} with ${STREAMS} streams, a step and half a request: out with code 0 ` +
            `after ${Math.round(took)} ms, its task asked for again ${
              Math.round(wait)
            } ms after the ` +
            `next process began, 1 task right, 0 attempts used up; ${entries} entries checked`,
        );
      }
      await model.close();
      await Deno.remove(folder, { recursive: true });
    },
  );
}
