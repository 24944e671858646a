import assert from "node:assert/strict";
import type { z } from "zod";
import type { Definition, TaskJson } from "../../executor/mod.ts";
import type { TaskList as ListedTasks } from "../../routes/api/schemas/answers.ts";
import { paths } from "../../routes/paths.ts";
import {
  type App,
  Callboard,
  CallboardError,
  type Task,
  type TaskList,
  type TaskState,
} from "../../static/callboard_client.ts";
import { inARow, outputOf, TEXT_INPUT } from "../helpers/definitions.ts";
import { startTestSite, type TestSite } from "../helpers/http.ts";

/** A client of a site without a port. */
function clientOf(site: TestSite): Callboard {
  return new Callboard("http://callboard.test/", {
    fetch: (url, init) => site.request(String(url), init),
  });
}

/** Compiles only where the client's types hold what the server answers. */
function fits(task: TaskJson, list: z.infer<typeof ListedTasks>, definition: Definition) {
  const app: App = { id: "", version: 1, ...definition };
  const told: readonly [Task, TaskList] = [task, list];
  return { app, told };
}

Deno.test("GET /static/v1/callboard_client.ts is the file, which imports nothing", async () => {
  await using site = await startTestSite();
  const response = await site.get(paths.client());
  assert.equal(response.status, 200);
  assert.match(response.headers.get("Content-Type") ?? "", /typescript/);
  assert.doesNotMatch(await response.text(), /^\s*(import|export .* from)\b/m);
  assert.equal(typeof fits, "function");
});

Deno.test("Callboard runs an app, and reads its task and outputs", async () => {
  await using site = await startTestSite();
  const callboard = clientOf(site);
  const app = await site.add({ inputs: [TEXT_INPUT], outputs: [outputOf("only")] });
  assert.deepEqual((await callboard.apps()).map(({ id }) => id), [app.id]);
  assert.equal((await callboard.app(app.id)).inputs[0]?.name, "text");
  const running = callboard.run(app.id, { text: "in" });
  (await site.gates.next()).done("out");
  const task = await running;
  assert.equal(task.status, "completed");
  assert.deepEqual(task.outputs.map(({ value }) => value), ["out"]);
  assert.equal(await callboard.output(task.id, "of_only"), "out");
  assert.deepEqual(await callboard.task(task.id), task);
  const { tasks, older } = await callboard.tasks({ app: app.id, status: "completed" });
  assert.deepEqual([tasks.map(({ id }) => id), older], [[task.id], null]);
});

Deno.test("Callboard says what is wrong with a request", async () => {
  await using site = await startTestSite();
  const app = await site.add({ inputs: [{ ...TEXT_INPUT, required: true }] });
  await assert.rejects(clientOf(site).start(app.id, {}), (error) => {
    assert.ok(error instanceof CallboardError);
    assert.deepEqual([error.status, error.errors], [422, { text: "This is required" }]);
    return true;
  });
});

Deno.test("Callboard cancels and forks, and starts once for each key", async () => {
  await using site = await startTestSite();
  const callboard = clientOf(site);
  const app = await site.add({ steps: inARow("a", "b") });
  const once = { idempotencyKey: "k" };
  const [task, same] = await Promise.all([
    callboard.start(app.id, {}, once),
    callboard.start(app.id, {}, once),
  ]);
  assert.equal(same.id, task.id);
  (await site.gates.next("a")).done("x");
  await site.gates.next("b");
  assert.equal((await callboard.cancel(task.id))?.status, "cancelled");
  const fork = await callboard.fork(task.id, { from: "b", version: "same" });
  assert.equal(fork.forkedFrom?.taskId, task.id);
});

Deno.test("Callboard follows a task to its end, through a lost connection", async () => {
  await using site = await startTestSite();
  let cuts = 0;
  const callboard = new Callboard("http://callboard.test", {
    fetch: async (url, init) => {
      const answer = await site.request(String(url), init);
      if (!String(url).endsWith("/events") || cuts++ > 0 || answer.body === null) return answer;
      const first = answer.body.pipeThrough(cutAfterOne());
      return new Response(first, answer);
    },
  });
  const app = await site.add({ steps: inARow("a", "b"), outputs: [outputOf("b")] });
  const taskId = await site.start(app.id);
  const a = await site.gates.next("a");
  a.write("text");
  const seen: TaskState[] = [];
  const following = (async () => {
    for await (const state of callboard.follow(taskId)) {
      seen.push(state);
      if (seen.length !== 1) continue;
      a.done("of a");
      (await site.gates.next("b")).done("of b");
      await site.ended(taskId);
    }
  })();
  const isOver = following.then(() => true);
  while (!await Promise.race([isOver, site.kv.idle().then(() => false)])) site.clock.advance(100);
  assert.equal(cuts, 2, "it came back once");
  assert.equal(seen[0]?.written.a, "text");
  assert.deepEqual(seen.at(-1)?.task, await callboard.task(taskId));
  assert.deepEqual(seen.at(-1)?.written, {});
});

Deno.test("Callboard follows no longer, and asks no more, once its signal is aborted", async () => {
  const abort = new AbortController();
  let requests = 0;
  const callboard = new Callboard("http://callboard.test", {
    fetch() {
      requests++;
      // By then it lets time pass before it asks again.
      setTimeout(() => abort.abort(new Error("Enough")), 0);
      return Promise.resolve(new Response("{}", { status: 503 }));
    },
  });
  const following = callboard.follow("tsk_1", { signal: abort.signal }).next();
  await assert.rejects(following, { message: "Enough" });
  assert.equal(requests, 1);
});

/** Ends after the first message, as a connection does that is lost. */
function cutAfterOne(): TransformStream<Uint8Array, Uint8Array> {
  return new TransformStream({
    transform(message, controller) {
      controller.enqueue(message);
      controller.terminate();
    },
  });
}
