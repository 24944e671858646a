import assert from "node:assert/strict";
import { paths } from "../../../routes/paths.ts";
import { problemOf } from "../../helpers/api_answers.ts";
import { startTestSite, type TestSite } from "../../helpers/http.ts";
import { openSharedKv } from "../../helpers/shared_kv.ts";
import { ownKey, PASSWORD_ACCESS, PROVIDER_ACCESS, signInAs } from "../../helpers/signed_in.ts";

const { settings } = paths;
const FIELDS = { name: "Nightly", days: "30", read: "on", run: "on" };

async function createKey(site: TestSite, fields: Record<string, string> = FIELDS) {
  const response = await site.postForm(settings.keys(), fields);
  const html = await response.text();
  return { response, html, secret: /cbk_[\w-]{43}/.exec(html)?.[0] ?? "" };
}

Deno.test("POST /settings/keys creates a key that works, and shows it this once", async () => {
  await using site = await startTestSite();
  const { response, html, secret } = await createKey(site);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("Cache-Control"), "no-store");
  assert.match(html, /shown this once/);
  assert.match(html, /curl -H &#39;Authorization: Bearer cbk_/);
  const headers = { Authorization: `Bearer ${secret}` };
  assert.equal((await site.get(paths.api.apps(), headers)).status, 200);
  assert.equal((await site.postForm(paths.studio(), {}, headers)).status, 403);
  await site.kv.idle();
  const later = await (await site.get(settings.keys())).text();
  assert.doesNotMatch(later, /cbk_/);
  assert.match(later, /Nightly/);
  assert.match(later, /Read, Run\. Created by Somebody/);
  assert.match(later, /last used/);
  const [key] = await site.executor.apiKeys.list();
  assert.equal(key?.expiresAt, site.clock.now() + 30 * 86_400_000);
});

Deno.test("POST /settings/keys with something wrong is 422, creates nothing, keeps what was typed", async () => {
  await using site = await startTestSite();
  const wrong: [fields: Record<string, string>, sentence: RegExp][] = [
    [{ ...FIELDS, name: "  " }, /Write a name of 1 to 80 characters/],
    [{ ...FIELDS, name: "x".repeat(81) }, /Write a name of 1 to 80 characters/],
    [{ name: "Idle <b>", days: "0" }, /tick at least one/],
  ];
  for (const [fields, sentence] of wrong) {
    const { response, html } = await createKey(site, fields);
    assert.equal(response.status, 422);
    assert.match(html, sentence);
    assert.match(html, new RegExp(`<option value="${fields.days}" selected`));
  }
  assert.match(
    (await createKey(site, { name: "Idle <b>", days: "0" })).html,
    /value="Idle &lt;b&gt;"/,
  );
  for (const days of ["31", "", "abc"]) {
    assert.equal((await createKey(site, { ...FIELDS, days })).response.status, 400, days);
  }
  assert.deepEqual(await site.executor.apiKeys.list(), []);
});

Deno.test("POST /settings/keys/:keyId/revocation ends a key at once; again does no harm", async () => {
  await using site = await startTestSite();
  const { secret } = await createKey(site);
  const headers = { Authorization: `Bearer ${secret}` };
  const [key] = await site.executor.apiKeys.list();
  const path = settings.keyRevocation(key?.id ?? "");
  for (let i = 0; i < 2; i++) {
    const response = await site.postForm(path);
    assert.equal(response.status, 303);
    assert.equal(response.headers.get("Location"), settings.keys());
  }
  assert.equal((await site.get(paths.api.apps(), headers)).status, 401);
  assert.equal((await site.postForm(settings.keyRevocation("x"))).status, 303);
  const { rows } = await site.executor.audit.page({ limit: 10 });
  assert.deepEqual(rows.map(({ did, what }) => [did, what?.name]), [
    ["key-revoked", "Nightly"],
    ["key-created", "Nightly"],
  ]);
  assert.ok(!JSON.stringify(rows).includes(secret));
});

Deno.test("people create keys for themselves, with no scope that they have not", async () => {
  await using site = await startTestSite({ access: PROVIDER_ACCESS, concurrency: 0 });
  const vera = await signInAs(site, "viewer", "Vera");
  const page = await (await site.get(settings.keys(), vera.headers)).text();
  assert.match(page, /name="read"/);
  assert.doesNotMatch(page, /name="(run|edit)"/);
  const answer = await site.postForm(settings.keys(), { ...FIELDS, edit: "on" }, vera.headers);
  const secret = /cbk_[\w-]{43}/.exec(await answer.text())?.[0] ?? "";
  const [key] = await site.executor.apiKeys.list();
  assert.deepEqual(key?.scopes, ["read"]);
  assert.equal(key?.owner?.id, vera.id);
  const headers = { Authorization: `Bearer ${secret}` };
  assert.equal((await site.get(paths.api.apps(), headers)).status, 200);
  for (const path of [settings.home(), settings.keys(), settings.audit()]) {
    assert.equal((await site.get(path, headers)).status, 403, "no key makes another");
  }
});

Deno.test("a key does no more than its owner, also when their role is lowered", async () => {
  await using site = await startTestSite({ access: PROVIDER_ACCESS, concurrency: 0 });
  const app = await site.add();
  const eda = await signInAs(site, "editor", "Eda");
  const answer = await site.postForm(settings.keys(), { ...FIELDS, edit: "on" }, eda.headers);
  const secret = /cbk_[\w-]{43}/.exec(await answer.text())?.[0] ?? "";
  const headers = { Authorization: `Bearer ${secret}` };
  const statuses = async () => [
    (await site.get(paths.api.apps(), headers)).status,
    (await site.postJson(paths.api.appTasks(app.id), {}, headers)).status,
    (await site.postForm(paths.studio(), {}, headers)).status,
  ];
  assert.deepEqual(await statuses(), [200, 201, 303]);
  await site.executor.access.people.setRole(eda.id, "viewer");
  assert.deepEqual(await statuses(), [200, 403, 403]);
  const refused = await site.postJson(paths.api.appTasks(app.id), {}, headers);
  assert.match((await problemOf(refused, 403)).detail, /its owner's role/);
  await site.executor.access.people.remove(eda.id);
  assert.deepEqual(await statuses(), [401, 401, 401]);
  const gone = await site.get(paths.api.apps(), headers);
  assert.match((await problemOf(gone, 401)).detail, /its owner was removed/);
});

Deno.test("a key of other sign-in settings is refused, and listed as ended", async () => {
  await using shared = await openSharedKv();
  const { kv, watch, clock } = shared;
  await using before = await startTestSite({ kv, watch, clock, access: PROVIDER_ACCESS });
  const vera = await signInAs(before, "viewer", "Vera");
  const key = await ownKey(before, vera.id);
  await using after = await startTestSite({ kv, watch, clock, access: PASSWORD_ACCESS });
  assert.equal((await before.get(paths.api.apps(), key)).status, 200);
  assert.equal((await after.get(paths.api.apps(), key)).status, 401);
  const { headers } = await signInAs(after, "viewer", "Vera");
  const page = await (await after.get(settings.keys(), headers)).text();
  assert.match(page, /<b>ended<\/b> when the sign-in settings changed/);
});

Deno.test("people see and revoke their own keys alone, an admin those of all", async () => {
  await using site = await startTestSite({ access: PROVIDER_ACCESS, concurrency: 0 });
  const [vera, eda, ada] = [
    await signInAs(site, "viewer", "Vera"),
    await signInAs(site, "editor", "Eda"),
    await signInAs(site, "admin", "Ada"),
  ];
  for (const { headers } of [vera, eda, ada]) {
    await site.postForm(settings.keys(), FIELDS, headers);
  }
  const { apiKeys } = site.executor;
  const idOf = async (owner: { id: string }) =>
    (await apiKeys.list()).find((key) => key.owner?.id === owner.id)?.id ?? "";
  const counted = async ({ headers }: { headers: Record<string, string> }) =>
    (await (await site.get(settings.keys(), headers)).text()).match(/\/revocation"/g)?.length;
  assert.deepEqual([await counted(vera), await counted(eda), await counted(ada)], [1, 1, 3]);
  await site.postForm(settings.keyRevocation(await idOf(eda)), {}, vera.headers);
  assert.equal((await apiKeys.list()).length, 3, "somebody else's");
  await site.postForm(settings.keyRevocation(await idOf(vera)), {}, vera.headers);
  await site.postForm(settings.keyRevocation(await idOf(eda)), {}, ada.headers);
  assert.deepEqual((await apiKeys.list()).map(({ owner }) => owner?.id), [ada.id]);
});
