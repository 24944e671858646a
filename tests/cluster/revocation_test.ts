import assert from "node:assert/strict";
import { z } from "zod";
import { paths } from "../../routes/paths.ts";
import { Gate, startModelServer, words } from "../helpers/model_server.ts";
import { SseReader } from "../helpers/sse.ts";
import { startCluster } from "./helpers/cluster.ts";
import { startDenokv } from "./helpers/denokv_server.ts";
import { Latency } from "./helpers/latency.ts";

const LINKS = 10;
/** A second is promised; a test shares its machine with others. */
const MOST_MS = 4_000;
const Share = z.object({ id: z.string(), token: z.string() });

Deno.test("a link revoked by one process ends what is open by it on another, soon", async () => {
  const gate = new Gate();
  const model = startModelServer(words(["a word "], { gate }));
  const ended = new Latency();
  {
    await using denokv = await startDenokv();
    await using cluster = await startCluster({ denokv, modelUrl: model.baseUrl, size: 2 });
    const [here = unreachable(), there = unreachable()] = cluster.members;
    const appId = await here.api.appId("Ask a model");
    const taskId = await here.api.start(appId, { question: "Why?" });
    await model.nextRequest();
    for (let i = 0; i < LINKS; i++) {
      const made = await fetch(here.api.origin + paths.api.taskShares(taskId), {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ expiresInSeconds: 60, show: ["steps"] }),
      });
      const { id, token } = Share.parse(await made.json());
      const url = there.api.origin + paths.sharedEvents(token);
      const reader = new SseReader(await fetch(url));
      assert.match((await reader.next())?.data ?? "", /task-status/);
      const path = paths.api.share(id);
      const { status } = await fetch(here.api.origin + path, { method: "DELETE" });
      const revokedAt = performance.now();
      assert.equal(status, 204);
      const [gone, done, ...more] = await reader.rest();
      ended.add(performance.now() - revokedAt);
      assert.match(gone?.data ?? "", /This link is no longer valid/);
      assert.equal(done?.event, "done");
      assert.deepEqual(more, []);
      const again = await fetch(url);
      assert.equal(again.status, 404);
      await again.body?.cancel();
    }
    gate.open(Infinity);
    await here.api.ended(taskId);
  }
  await model.close();
  console.log(ended.describe("revoked on one process, ended on another"));
  assert.ok(ended.quantile(1) < MOST_MS);
});

function unreachable(): never {
  throw new Error("Cannot go on: this cannot be");
}
