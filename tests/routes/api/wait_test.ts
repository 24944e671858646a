import assert from "node:assert/strict";
import { Task } from "../../../routes/api/schemas/answers.ts";
import { paths } from "../../../routes/paths.ts";
import { answerOf, problemOf } from "../../helpers/api_answers.ts";
import { startTestSite, type TestSite } from "../../helpers/http.ts";
import { PASSWORD_ACCESS } from "../../helpers/signed_in.ts";

const { api } = paths;

Deno.test("Prefer: wait answers when the task has ended", async () => {
  await using site = await startTestSite();
  const app = await site.add();
  const starting = site.postJson(api.appTasks(app.id), {}, { Prefer: "respond-async, wait=20" });
  const run = await site.gates.next();
  run.done("result");
  const response = await starting;
  assert.equal(response.headers.get("Preference-Applied"), "wait=20");
  assert.equal((await answerOf(response, 201, Task)).status, "completed");
  const inTwentySeconds = site.clock.now() + 20_000;
  assert.ok(!site.clock.pending.includes(inTwentySeconds), "no timer outlives the answer");
});

Deno.test("Prefer: wait answers with a task that runs when the time is over", async () => {
  await using site = await startTestSite({ concurrency: 0 });
  const app = await site.add();
  const taskId = await site.start(app.id);
  const waits = ["wait=7", "wait=600"].map((prefer) =>
    site.get(api.task(taskId), { Prefer: prefer })
  );
  await site.kv.idle();
  assert.deepEqual(site.clock.pending.map((at) => at - site.clock.now()).slice(0, 2), [
    7_000,
    60_000,
  ]);
  site.clock.advance(60_000);
  const [seven, most] = await Promise.all(waits);
  assert.equal(seven?.headers.get("Preference-Applied"), "wait=7");
  assert.equal(most?.headers.get("Preference-Applied"), "wait=60");
  assert.equal((await answerOf(seven ?? assert.fail(), 200, Task)).status, "running");
});

Deno.test("Prefer: wait answers at once when the process stops", async () => {
  await using site = await startTestSite({ concurrency: 0 });
  const app = await site.add();
  const taskId = await site.start(app.id);
  const get = () => site.get(api.task(taskId), { Prefer: "wait=60" });
  const waiting = get();
  await site.kv.idle();
  site.streams.closeAll();
  for (const response of [await waiting, await get()]) {
    assert.equal((await answerOf(response, 200, Task)).status, "running");
  }
});

Deno.test("Prefer: wait ends with a task that is cancelled, or a reader who leaves", async () => {
  await using site = await startTestSite({ concurrency: 0 });
  const app = await site.add();
  const taskId = await site.start(app.id);
  const waiting = site.get(api.task(taskId), { Prefer: "wait=60" });
  const leaving = new AbortController();
  const left = site.request(api.task(taskId), {
    headers: { Prefer: "wait=60" },
    signal: leaving.signal,
  });
  await site.kv.idle();
  leaving.abort();
  assert.equal((await answerOf(await left, 200, Task)).status, "running");
  await site.executor.tasks.cancel(taskId);
  assert.equal((await answerOf(await waiting, 200, Task)).status, "cancelled");
});

Deno.test("Prefer that asks for nothing known is not applied", async () => {
  await using site = await startTestSite({ concurrency: 0 });
  const app = await site.add();
  const taskId = await site.start(app.id);
  for (const prefer of ["wait", "wait=", "wait=x", "await=5", "wait=-1", "return=minimal"]) {
    const response = await site.get(api.task(taskId), { Prefer: prefer });
    assert.equal(response.headers.get("Preference-Applied"), null, prefer);
    await response.body?.cancel();
  }
});

Deno.test("Prefer: wait ends with 401 at once when the key is revoked, and with nobody else's", async () => {
  await using site = await startTestSite({ concurrency: 0, access: PASSWORD_ACCESS });
  const app = await site.add();
  const taskId = await site.start(app.id);
  const [revoked, kept] = [await createKey(site), await createKey(site)];
  const wait = { Prefer: "wait=60" };
  const reading = site.get(api.task(taskId), { ...wait, ...revoked.headers });
  const starting = site.postJson(api.appTasks(app.id), {}, { ...wait, ...revoked.headers });
  const other = site.get(api.task(taskId), { ...wait, ...kept.headers });
  await site.kv.idle();
  await site.executor.apiKeys.revoke(revoked.id);
  for (const refused of [await reading, await starting]) {
    assert.equal(refused.headers.get("WWW-Authenticate"), 'Bearer error="invalid_token"');
    assert.equal((await problemOf(refused, 401)).title, "This key is not good");
  }
  await site.executor.tasks.cancel(taskId);
  assert.equal((await answerOf(await other, 200, Task)).status, "cancelled");
});

async function createKey({ executor }: TestSite) {
  const created = await executor.apiKeys.create({
    name: "Nightly",
    scopes: ["read", "run"],
    createdBy: "Ann",
    expiresAt: null,
  });
  assert(created.type === "created");
  return { id: created.key.id, headers: { Authorization: `Bearer ${created.secret}` } };
}
