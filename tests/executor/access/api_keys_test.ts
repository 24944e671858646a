import assert from "node:assert/strict";
import type { CreateKeyResult, NewApiKey } from "../../../executor/mod.ts";
import { startTestExecutor, type TestExecutor } from "../../helpers/executor.ts";
import { openSharedKv } from "../../helpers/shared_kv.ts";
import { Stored } from "../../helpers/stored.ts";

const NIGHTLY: NewApiKey = {
  name: "Nightly",
  scopes: ["read", "run"],
  createdBy: "Ann",
  expiresAt: null,
};

function created(result: CreateKeyResult) {
  assert(result.type === "created", result.type);
  return result;
}

/** Signs people in as a provider would; the first of them becomes the admin. */
async function signIn(test: TestExecutor, subject: string): Promise<string> {
  return (await begin(test, subject)).person.id;
}

async function begin({ executor: { access } }: TestExecutor, subject: string) {
  const who = { type: "person", issuer: "test", subject, name: subject, email: null } as const;
  return await access.signIn(who);
}

Deno.test("apiKeys.create tells a secret once, and keeps only its hash", async () => {
  await using test = await startTestExecutor();
  const { apiKeys } = test.executor;
  const { key, secret } = created(await apiKeys.create(NIGHTLY));
  assert.match(secret, /^cbk_[\w-]{43}$/);
  assert.deepEqual(await apiKeys.list(), [key]);
  const { id, createdAt, ...rest } = key;
  assert.match(id, /^key_/);
  assert.equal(createdAt, test.clock.now());
  assert.deepEqual(rest, { ...NIGHTLY, owner: null, isOutdated: false, usedAt: null });
  const { entries } = await Stored.read(test.kv);
  assert.ok(!JSON.stringify(entries).includes(secret.slice(4)));
});

Deno.test("apiKeys.whoHas knows a key by its secret, and nothing else", async () => {
  await using test = await startTestExecutor();
  const { apiKeys } = test.executor;
  const { key, secret } = created(await apiKeys.create(NIGHTLY));
  await apiKeys.create({ ...NIGHTLY, name: "Other" });
  assert.equal((await apiKeys.whoHas(secret))?.id, key.id);
  const last = secret.endsWith("A") ? "B" : "A";
  const wrong = ["", "cbk_", secret.slice(0, -1) + last, secret + "A", ` ${secret}`, key.id];
  for (const text of wrong) assert.equal(await apiKeys.whoHas(text), null, text);
});

Deno.test("apiKeys.revoke makes a key worth nothing, and says which it was", async () => {
  await using test = await startTestExecutor();
  const { apiKeys } = test.executor;
  const { key, secret } = created(await apiKeys.create(NIGHTLY));
  const other = created(await apiKeys.create(NIGHTLY));
  assert.equal((await apiKeys.revoke(key.id))?.name, "Nightly");
  assert.equal(await apiKeys.whoHas(secret), null);
  assert.equal(await apiKeys.revoke(key.id), null);
  assert.deepEqual((await apiKeys.list()).map(({ id }) => id), [other.key.id]);
  assert.equal((await apiKeys.whoHas(other.secret))?.id, other.key.id);
});

Deno.test("a key that has expired is worth nothing, and is still listed", async () => {
  await using test = await startTestExecutor();
  const { apiKeys } = test.executor;
  const expiresAt = test.clock.now() + 1_000;
  const { secret } = created(await apiKeys.create({ ...NIGHTLY, expiresAt }));
  test.clock.advance(999);
  assert.notEqual(await apiKeys.whoHas(secret), null);
  await test.kv.idle();
  test.clock.advance(1);
  assert.equal(await apiKeys.whoHas(secret), null);
  assert.equal((await apiKeys.list()).length, 1);
});

Deno.test("the last use of a key is written once a minute, however often it is used", async () => {
  await using test = await startTestExecutor();
  const { apiKeys } = test.executor;
  const { secret } = created(await apiKeys.create(NIGHTLY));
  test.kv.commits.splice(0);
  const usedAt = test.clock.now();
  for (let i = 0; i < 59; i++) {
    await Promise.all([apiKeys.whoHas(secret), apiKeys.whoHas(secret)]);
    await test.kv.idle();
    test.clock.advance(1_000);
  }
  // Of two uses at once the later may ask to write as well: it is refused.
  assert.equal(test.kv.commits.filter(({ applied }) => applied > 0).length, 1);
  assert.equal((await apiKeys.list())[0]?.usedAt, usedAt);
  test.clock.advance(1_000);
  await apiKeys.whoHas(secret);
  await test.kv.idle();
  assert.equal((await apiKeys.list())[0]?.usedAt, usedAt + 60_000);
});

Deno.test("a key that is revoked while its use is noted stays revoked", async () => {
  await using test = await startTestExecutor();
  const { apiKeys } = test.executor;
  const { key, secret } = created(await apiKeys.create(NIGHTLY));
  let isHeld = true;
  const { promise, resolve } = Promise.withResolvers<void>();
  test.kv.hooks = {
    async onCommit(_, commit) {
      if (isHeld) {
        isHeld = false;
        await promise;
      }
      return await commit();
    },
  };
  await apiKeys.whoHas(secret);
  assert.notEqual(await apiKeys.revoke(key.id), null);
  resolve();
  await test.kv.idle();
  assert.deepEqual(await apiKeys.list(), []);
});

Deno.test("no more keys are created than somebody can look after", async () => {
  await using test = await startTestExecutor();
  const { apiKeys } = test.executor;
  for (let i = 0; i < 200; i++) created(await apiKeys.create(NIGHTLY));
  assert.deepEqual(await apiKeys.create(NIGHTLY), { type: "too-many", limit: 200 });
});

Deno.test("a person's own key says what its owner is, and ends when they are removed", async () => {
  await using test = await startTestExecutor();
  const { apiKeys, access: { people } } = test.executor;
  const admin = await signIn(test, "ann");
  const ownerId = await signIn(test, "bob");
  const others = [
    created(await apiKeys.create({ ...NIGHTLY, ownerId: admin })),
    created(await apiKeys.create(NIGHTLY)),
  ];
  const { key, secret } = created(await apiKeys.create({ ...NIGHTLY, ownerId }));
  assert.equal(key.owner?.id, ownerId);
  assert.equal((await apiKeys.whoHas(secret))?.owner?.role, "viewer");
  await people.setRole(ownerId, "editor");
  const good = await apiKeys.whoHas(secret);
  assert.deepEqual(good?.owner, { id: ownerId, name: "bob", role: "editor" });
  let hasEnded = false;
  for (const grant of good?.grants ?? []) {
    test.executor.grants.hold(grant, () => hasEnded = true);
  }
  await people.remove(ownerId);
  assert.ok(hasEnded, "what is open by it");
  assert.equal(await apiKeys.whoHas(secret), null);
  for (const grant of good?.grants ?? []) assert.equal(await grant.isGood(), false);
  const left = (await apiKeys.list()).map(({ id }) => id);
  assert.deepEqual(left.toSorted(), others.map(({ key }) => key.id).toSorted());
  for (const { secret } of others) assert.notEqual(await apiKeys.whoHas(secret), null);

  assert.equal(await signIn(test, "bob"), ownerId, "the same person, in another stay");
  assert.equal(await apiKeys.whoHas(secret), null);
});

Deno.test("one own key that another process revokes ends nothing else of its owner", async () => {
  await using shared = await openSharedKv();
  const [here, there] = [await shared.join(), await shared.join()];
  const { apiKeys, access } = there.executor;
  const { secret, person } = await begin(there, "ann");
  const own = { ...NIGHTLY, ownerId: person.id };
  const [first, second] = [
    created(await apiKeys.create(own)),
    created(await apiKeys.create({ ...own, name: "Second" })),
  ];
  const ends: string[] = [];
  const gone = Promise.withResolvers<void>();
  const holders = [
    ["first key", await apiKeys.whoHas(first.secret)],
    ["second key", await apiKeys.whoHas(second.secret)],
    ["session", await access.whoHas(secret)],
  ] as const;
  for (const [name, holder] of holders) {
    for (const grant of holder?.grants ?? []) {
      there.executor.grants.hold(grant, () => {
        ends.push(name);
        gone.resolve();
      });
    }
  }
  await shared.heard();
  await here.executor.apiKeys.revoke(first.key.id);
  await gone.promise;
  await shared.heard();
  assert.deepEqual(ends, ["first key"]);
});

Deno.test("a person's key that is left over from an earlier stay is worth nothing", async () => {
  await using test = await startTestExecutor();
  const { apiKeys, access: { people } } = test.executor;
  await signIn(test, "ann");
  const ownerId = await signIn(test, "bob");
  const { secret } = created(await apiKeys.create({ ...NIGHTLY, ownerId }));
  // As if the process had died between the two.
  const [row] = await Array.fromAsync(test.kv.list({ prefix: ["api_key"] }));
  await people.remove(ownerId);
  const again = test.kv.atomic();
  again.set(row?.key ?? [], row?.value);
  await again.commit();
  await signIn(test, "bob");
  assert.equal((await apiKeys.list()).length, 1);
  assert.equal(await apiKeys.whoHas(secret), null);
});

Deno.test("one person's keys are limited by themselves, and nobody gets one who is not there", async () => {
  await using test = await startTestExecutor();
  const { apiKeys } = test.executor;
  const ownerId = await signIn(test, "ann");
  for (let i = 0; i < 20; i++) created(await apiKeys.create({ ...NIGHTLY, ownerId }));
  assert.deepEqual(await apiKeys.create({ ...NIGHTLY, ownerId }), { type: "too-many", limit: 20 });
  created(await apiKeys.create({ ...NIGHTLY, ownerId: await signIn(test, "bob") }));
  created(await apiKeys.create(NIGHTLY));
  for (const unknown of ["per_nobody", "keeper", ""]) {
    const refused = await apiKeys.create({ ...NIGHTLY, ownerId: unknown });
    assert.deepEqual(refused, { type: "unknown-owner" }, unknown);
  }
});

Deno.test("create races with itself, here and elsewhere: no person gets more keys than they may", async () => {
  await using shared = await openSharedKv();
  const [here, there] = [await shared.join(), await shared.join()];
  const ownerId = await signIn(here, "ann");
  const results = await Promise.all(
    Array.from({ length: 30 }, (_, i) => {
      const { apiKeys } = (i % 2 === 0 ? here : there).executor;
      return apiKeys.create({ ...NIGHTLY, ownerId });
    }),
  );
  assert.equal(results.filter(({ type }) => type === "created").length, 20);
  assert.equal(results.filter(({ type }) => type === "too-many").length, 10);
  assert.equal((await here.executor.apiKeys.list()).length, 20);
});

Deno.test("create races with the removal of its owner: there is no key", async () => {
  await using shared = await openSharedKv();
  const [here, there] = [await shared.join(), await shared.join()];
  await signIn(here, "ann");
  const ownerId = await signIn(here, "bob");
  here.kv.hooks = {
    async onCommit({ mutations }, commit) {
      if (mutations.some(({ key }) => key[0] === "api_key")) {
        await there.executor.access.people.remove(ownerId);
      }
      return await commit();
    },
  };
  const refused = await here.executor.apiKeys.create({ ...NIGHTLY, ownerId });
  assert.deepEqual(refused, { type: "unknown-owner" });
  assert.deepEqual(await here.executor.apiKeys.list(), []);
});

Deno.test("a person's own key is good in the realm it was made in alone, others in all", async () => {
  await using shared = await openSharedKv();
  const here = await shared.join({ accessRealm: "example.org" });
  const elsewhere = await shared.join({ accessRealm: "example.com" });
  const { apiKeys } = here.executor;
  const own = created(await apiKeys.create({ ...NIGHTLY, ownerId: await signIn(here, "ann") }));
  const nobodys = created(await apiKeys.create(NIGHTLY));
  for (
    const [{ executor: { apiKeys } }, isOutdated] of [[here, false], [elsewhere, true]] as const
  ) {
    assert.equal(await apiKeys.whoHas(own.secret) === null, isOutdated);
    assert.notEqual(await apiKeys.whoHas(nobodys.secret), null);
    const listed = new Map((await apiKeys.list()).map((key) => [key.id, key.isOutdated]));
    assert.equal(listed.get(own.key.id), isOutdated);
    assert.equal(listed.get(nobodys.key.id), false);
  }
  assert.ok(!JSON.stringify((await Stored.read(here.kv)).entries).includes("example.org"));
});
