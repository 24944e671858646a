import assert from "node:assert/strict";
import type { Scope } from "../../../executor/mod.ts";
import type { Identity } from "../../../routes/access/identity.ts";
import { paths } from "../../../routes/paths.ts";
import { problemOf } from "../../helpers/api_answers.ts";
import { TEXT_INPUT } from "../../helpers/definitions.ts";
import { followAll, TAKEN_AWAY } from "../../helpers/followers.ts";
import { JSON_ONLY, startTestSite, type TestSite } from "../../helpers/http.ts";

async function createKey(
  { executor }: TestSite,
  scopes: readonly Scope[],
  expiresAt: number | null = null,
) {
  const key = { name: "Nightly", scopes, createdBy: "Ann", expiresAt };
  const result = await executor.apiKeys.create(key);
  assert.equal(result.type, "created");
  return { id: result.key.id, headers: { Authorization: `Bearer ${result.secret}` } };
}

const NOBODY = () => Promise.resolve<Identity>({ type: "nobody" });

Deno.test("a key lets a program do what its scopes say, and no more", async () => {
  await using site = await startTestSite({ identify: NOBODY, concurrency: 0 });
  const app = await site.add();
  const all = [
    (headers: HeadersInit) => site.request(paths.api.tasks(), { headers }),
    (headers: Record<string, string>) => site.postJson(paths.api.appTasks(app.id), {}, headers),
    (headers: Record<string, string>) => site.postForm(paths.studio(), {}, headers),
    (headers: HeadersInit) => site.request(paths.tasks(), { headers }),
  ];
  const statuses = async (headers: Record<string, string>) =>
    await Promise.all(all.map(async (send) => (await send(headers)).status));
  assert.deepEqual(await statuses((await createKey(site, ["read"])).headers), [200, 403, 403, 200]);
  assert.deepEqual(await statuses((await createKey(site, ["run"])).headers), [403, 201, 403, 403]);
  assert.deepEqual(await statuses((await createKey(site, ["edit"])).headers), [403, 403, 303, 403]);
  assert.deepEqual(await statuses({}), [401, 401, 401, 401]);
});

Deno.test("a key that may not read is shown no task of others: it cannot fork, and cancels unseen", async () => {
  await using site = await startTestSite({ identify: NOBODY, concurrency: 0 });
  const app = await site.add({ inputs: [TEXT_INPUT] });
  const taskId = await site.start(app.id, { text: "of somebody else" });
  const run = await createKey(site, ["run"]);
  for (const path of [paths.taskForks(taskId), paths.api.taskForks(taskId)]) {
    await problemOf(await site.postJson(path, { from: "a" }, run.headers), 403);
  }
  assert.equal((await site.executor.tasks.list({ limit: 10 })).rows.length, 1, "no fork");
  for (const path of [paths.taskCancellation(taskId), paths.api.taskCancellation(taskId)]) {
    const response = await site.postForm(path, {}, { ...run.headers, ...JSON_ONLY });
    assert.equal(response.status, 204, path);
    assert.equal(await response.text(), "");
  }
  assert.equal((await site.read(taskId)).status, "cancelled");
  const both = await createKey(site, ["read", "run"]);
  const answer = await site.postForm(paths.api.taskCancellation(taskId), {}, both.headers);
  assert.deepEqual((await answer.json()).inputs, { text: "of somebody else" });
  assert.equal((await site.postJson(paths.api.taskForks(taskId), {}, both.headers)).status, 201);
});

Deno.test("a key that is not good is refused, on an open server too", async () => {
  await using site = await startTestSite();
  const { id, headers } = await createKey(site, ["read"]);
  assert.equal((await site.get(paths.api.tasks(), headers)).status, 200);
  await site.executor.apiKeys.revoke(id);
  const refused = await site.get(paths.api.tasks(), headers);
  assert.equal(refused.headers.get("WWW-Authenticate"), 'Bearer error="invalid_token"');
  assert.equal((await problemOf(refused, 401)).title, "This key is not good");
  for (const shown of ["Bearer", "Bearer ", "bearer x", `Bearer ${"x".repeat(5_000)}`]) {
    const response = await site.get(paths.tasks(), { Authorization: shown });
    assert.equal((await problemOf(response, 401)).status, 401, shown);
  }
  assert.equal((await site.get(paths.api.tasks(), { Authorization: "Basic eDp5" })).status, 200);
  assert.equal((await site.get(paths.api.tasks())).status, 200);
});

Deno.test("a key decides alone, also beside somebody's session", async () => {
  const identify = () =>
    Promise.resolve<Identity>({ type: "person", id: "per_1", name: "Ann", role: "admin" });
  await using site = await startTestSite({ identify });
  const { id, headers } = await createKey(site, ["read"]);
  assert.equal(
    (await problemOf(await site.postForm(paths.studio(), {}, headers), 403)).status,
    403,
  );
  await site.executor.apiKeys.revoke(id);
  assert.equal((await site.get(paths.tasks(), headers)).status, 401);
});

Deno.test("an Idempotency-Key is one sender's: another's is another request", async () => {
  await using site = await startTestSite({ identify: NOBODY, concurrency: 0 });
  const app = await site.add();
  const [one, other] = [
    await createKey(site, ["run", "read"]),
    await createKey(site, ["run", "read"]),
  ];
  const start = async ({ headers }: { readonly headers: Record<string, string> }) => {
    const sent = { ...headers, "Idempotency-Key": "order-17" };
    return (await site.postJson(paths.api.appTasks(app.id), {}, sent)).headers.get("Location");
  };
  const first = await start(one);
  assert.equal(await start(one), first);
  assert.notEqual(await start(other), first);
  assert.equal((await site.executor.tasks.list({ limit: 10 })).rows.length, 2);
});

Deno.test("streams that a key has opened end when it is revoked, and when it expires", async () => {
  await using site = await startTestSite({ identify: NOBODY });
  const app = await site.add();
  const taskId = await site.start(app.id);
  const one = await createKey(site, ["read"]);
  const other = await createKey(site, ["read"], site.clock.now() + 60_000);
  const revoked = await followAll(site, taskId, one.headers);
  const expired = await followAll(site, taskId, other.headers);
  assert.equal(site.streams.count, 6);
  await site.executor.apiKeys.revoke(one.id);
  assert.equal(site.streams.count, 3);
  assert.deepEqual(await revoked.told, TAKEN_AWAY);
  site.clock.advance(60_000);
  assert.equal(site.streams.count, 0);
  assert.deepEqual(await expired.told, TAKEN_AWAY);
  assert.equal((await site.get(paths.api.taskEvents(taskId), one.headers)).status, 401);
});
