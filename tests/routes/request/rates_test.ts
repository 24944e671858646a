import assert from "node:assert/strict";
import { paths } from "../../../routes/paths.ts";
import { networkOf } from "../../../routes/request/rates.ts";
import { problemOf } from "../../helpers/api_answers.ts";
import { TEXT_INPUT } from "../../helpers/definitions.ts";
import { HTMX, startTestSite, type TestSite } from "../../helpers/http.ts";
import { ownKey, PROVIDER_ACCESS, signInAs } from "../../helpers/signed_in.ts";

const TWO = { tasks: 2, requests: null };

async function tasksOf({ executor }: TestSite): Promise<number> {
  return (await executor.tasks.list({ limit: 100 })).rows.length;
}

function assertRetryAfter({ headers }: Response): number {
  const seconds = Number(headers.get("Retry-After"));
  assert.ok(seconds >= 1 && seconds <= 60, `Retry-After: ${seconds}`);
  return seconds;
}

Deno.test("who starts too many tasks is 429 as page, fragment and problem, and keeps what was typed", async () => {
  await using site = await startTestSite({ rates: TWO, concurrency: 0 });
  const app = await site.add({ inputs: [TEXT_INPUT] });
  const path = paths.appTasks(app.id);
  assert.equal((await site.postForm(path, { text: "one" })).status, 303);
  const started = await site.postJson(paths.api.appTasks(app.id), { inputs: { text: "two" } });
  assert.equal(started.status, 201, "both ways count together");
  for (const headers of [{}, HTMX]) {
    const refused = await site.postForm(path, { text: "typed for long" }, headers);
    assert.equal(refused.status, 429);
    assertRetryAfter(refused);
    const html = await refused.text();
    assert.match(html, /typed for long/);
    assert.match(html, /No more than 2 tasks a minute are started for you\. Try again in \d+ s/);
  }
  const { id } = await started.json();
  const json = [
    await site.postJson(path, { inputs: { text: "x" } }),
    await site.postJson(paths.api.appTasks(app.id), { inputs: { text: "x" } }),
    await site.postJson(paths.api.taskForks(id), {}),
  ];
  for (const refused of json) {
    assertRetryAfter(refused);
    assert.match((await problemOf(refused, 429)).detail, /No more than 2 tasks a minute/);
  }
  const fork = await site.postForm(paths.taskForks(id));
  assert.equal(fork.status, 429);
  assert.equal(await tasksOf(site), 2);
  site.clock.advance(assertRetryAfter(fork) * 1_000);
  assert.equal((await site.postForm(path, { text: "later" })).status, 303);
});

Deno.test("each sender is counted alone: person, key, address, whatever it says of itself", async () => {
  await using site = await startTestSite({ rates: TWO, concurrency: 0, trustedProxies: 1 });
  const app = await site.add();
  const keys = await Promise.all(["a", "b"].map(async (name) => {
    const key = { name, scopes: ["run"], createdBy: "Ann", expiresAt: null } as const;
    const created = await site.executor.apiKeys.create(key);
    return created.type === "created" ? `Bearer ${created.secret}` : "";
  }));
  const senders: Record<string, string>[] = [
    ...keys.map((Authorization) => ({ Authorization })),
    { "X-Forwarded-For": "192.0.2.1" },
    { "X-Forwarded-For": "192.0.2.2" },
  ];
  for (const headers of senders) {
    const statuses = [];
    for (let i = 0; i < 3; i++) {
      statuses.push((await site.postForm(paths.appTasks(app.id), {}, headers)).status);
    }
    assert.deepEqual(statuses, [303, 303, 429]);
  }
  const forged = { "X-Forwarded-For": "203.0.113.9, 192.0.2.1" };
  assert.equal((await site.postForm(paths.appTasks(app.id), {}, forged)).status, 429);
});

Deno.test("a person and all keys of their own are counted as one sender", async () => {
  await using site = await startTestSite({ access: PROVIDER_ACCESS, rates: TWO, concurrency: 0 });
  const app = await site.add();
  const ada = await signInAs(site, "editor", "Ada");
  const senders = [ada.headers, await ownKey(site, ada.id), await ownKey(site, ada.id)];
  const statuses = [];
  for (const headers of senders) {
    statuses.push((await site.postJson(paths.api.appTasks(app.id), {}, { ...headers })).status);
  }
  assert.deepEqual(statuses, [201, 201, 429]);
  const bob = await signInAs(site, "editor", "Bob");
  const other = await ownKey(site, bob.id);
  assert.equal((await site.postJson(paths.api.appTasks(app.id), {}, other)).status, 201);
});

Deno.test("a start or a fork sent again with its key uses up no start, and is counted apart", async () => {
  await using site = await startTestSite({ rates: TWO, concurrency: 0 });
  const app = await site.add();
  const send = (path: string, key: string, body: object = {}) =>
    site.postJson(path, body, { "Idempotency-Key": key });
  const path = paths.api.appTasks(app.id);
  const { id } = await (await send(path, "one")).json();
  const forks = paths.api.taskForks(id);
  assert.equal((await send(forks, "two")).status, 201);
  assert.equal((await send(path, "three")).status, 429, "both starts are used up");
  const again = [await send(paths.appTasks(app.id), "one"), await send(forks, "two")];
  for (const { status, headers } of again) {
    assert.deepEqual([status, headers.get("Idempotent-Replayed")], [201, "true"]);
  }
  for (const refused of [await send(path, "one"), await send(forks, "two", { from: null })]) {
    assertRetryAfter(refused);
    const { detail } = await problemOf(refused, 429);
    assert.match(detail, /^No more than 2 repeats a minute are answered for you\. Try again in/);
  }
  assert.equal(await tasksOf(site), 2);
});

Deno.test("who sends the API too many requests is 429; pages are not counted", async () => {
  await using site = await startTestSite({ rates: { tasks: null, requests: 40 } });
  const before = site.kv.commits.length;
  const statuses = await Promise.all(
    Array.from({ length: 50 }, async () => (await site.get(paths.api.tasks())).status),
  );
  assert.equal(statuses.filter((status) => status === 200).length, 40);
  assert.equal(statuses.filter((status) => status === 429).length, 10);
  assert.ok(site.kv.commits.length - before <= 3, "those who ask together are counted together");
  const refused = await site.get("/api/v1/nowhere", { Authorization: "Bearer cbk_forged" });
  assertRetryAfter(refused);
  await problemOf(refused, 429);
  assert.equal((await site.get(paths.tasks())).status, 200);
});

Deno.test("networkOf takes all addresses of one IPv6 network for one", () => {
  const networks: [address: string, network: string][] = [
    ["192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["2001:db8:1:2::9", "2001:db8:1:2"],
    ["2001:db8::1", "2001:db8:0:0"],
    ["::1", "0:0:0:0"],
    ["::ffff:192.0.2.1", "::ffff:192.0.2.1"],
    ["unknown", "unknown"],
  ];
  for (const [address, network] of networks) assert.equal(networkOf(address), network);
});
