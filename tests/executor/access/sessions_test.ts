import assert from "node:assert/strict";
import { IDLE_MS, LONGEST_MS, type SigningIn } from "../../../executor/access/sessions.ts";
import { startTestExecutor, type TestExecutor } from "../../helpers/executor.ts";
import { Stored } from "../../helpers/stored.ts";

const PASSWORD: SigningIn = { type: "password" };

function person(subject: string, changes: Partial<SigningIn & { type: "person" }> = {}): SigningIn {
  return {
    type: "person",
    issuer: "https://id.example",
    subject,
    name: subject,
    email: `${subject}@example.org`,
    ...changes,
  };
}

async function signIn({ executor }: TestExecutor, who: SigningIn): Promise<string> {
  return (await executor.access.signIn(who)).secret;
}

async function roleOf({ executor }: TestExecutor, secret: string) {
  return (await executor.access.whoHas(secret))?.person.role ?? null;
}

Deno.test("signIn begins a session that its secret opens, and nothing else does", async () => {
  await using test = await startTestExecutor();
  const { access } = test.executor;
  const secret = await signIn(test, PASSWORD);
  const session = await access.whoHas(secret);
  assert.deepEqual(session?.person, { id: "keeper", name: "Admin", role: "admin" });
  const last = secret.at(-2) === "a" ? "b" : "a";
  const others = ["", "cba_", secret.slice(0, -1), `${secret}a`, secret.slice(0, -2) + last + "a"];
  const names = session.grants.flatMap(({ id }) => [id, `cba_${id}`]);
  for (const other of [...others, ...names, `cbk_${secret.slice(4)}`]) {
    assert.equal(await access.whoHas(other), null, other);
  }
});

Deno.test("each sign-in begins another session, and signing out ends one of them alone", async () => {
  await using test = await startTestExecutor();
  const [one, other] = [await signIn(test, PASSWORD), await signIn(test, PASSWORD)];
  assert.notEqual(one, other);
  await test.executor.access.signOut(one);
  assert.equal(await roleOf(test, one), null);
  assert.equal(await roleOf(test, other), "admin");
  await test.executor.access.signOut("no secret at all");
});

Deno.test("the database holds no secret of a session", async () => {
  await using test = await startTestExecutor();
  const secrets = [await signIn(test, PASSWORD), await signIn(test, person("ada"))];
  const { entries } = await Stored.read(test.kv);
  assert.ok(entries.some(({ key }) => key[0] === "session"));
  const text = JSON.stringify(entries.map(({ key, value }) => [key, value]));
  for (const secret of secrets) assert.ok(!text.includes(secret.slice(4)));
});

Deno.test("a session ends when it was not used for a week, and a month after it began", async () => {
  await using test = await startTestExecutor();
  const idle = await signIn(test, PASSWORD);
  const used = await signIn(test, PASSWORD);
  const { expiresAt } = await test.executor.access.signIn(PASSWORD);
  assert.equal(expiresAt, test.clock.now() + IDLE_MS);
  const days = LONGEST_MS / (24 * 60 * 60 * 1_000);
  for (let day = 1; day < days; day++) {
    test.clock.advance(LONGEST_MS / days);
    assert.equal(await roleOf(test, used), "admin", `day ${day}`);
    if (day === 6) await test.kv.idle();
  }
  assert.equal(await roleOf(test, idle), null);
  test.clock.advance(LONGEST_MS / days - 1);
  assert.equal(await roleOf(test, used), "admin");
  test.clock.advance(1);
  assert.equal(await roleOf(test, used), null);
});

Deno.test("a session is kept by the database no longer than it is good", async () => {
  await using test = await startTestExecutor();
  const secret = await signIn(test, PASSWORD);
  test.clock.advance(LONGEST_MS - IDLE_MS);
  const kept = test.kv.commits.flatMap(({ mutations }) =>
    mutations.map(({ expireIn }) => expireIn)
  );
  assert.deepEqual(kept.filter((ms) => ms !== undefined), [IDLE_MS]);
  assert.equal(await roleOf(test, secret), null);
});

Deno.test("that somebody was seen is written once a minute at most", async () => {
  await using test = await startTestExecutor();
  const secret = await signIn(test, person("ada"));
  const before = test.kv.commits.length;
  for (let second = 0; second < 180; second++) {
    assert.equal(await roleOf(test, secret), "admin");
    test.clock.advance(1_000);
  }
  assert.equal(test.kv.commits.length - before, 2);
  const [ada] = await test.executor.access.people.list();
  assert.equal(ada && ada.seenAt - ada.createdAt, 120_000);
});

Deno.test("a session that was ended while it was seen stays ended", async () => {
  await using test = await startTestExecutor();
  const { access } = test.executor;
  const secret = await signIn(test, person("ada"));
  test.clock.advance(60_000);
  let isEnding = false;
  test.kv.hooks = {
    async onCommit(_, commit) {
      if (!isEnding) {
        isEnding = true;
        await access.signOut(secret);
      }
      return await commit();
    },
  };
  await access.whoHas(secret);
  assert.ok(isEnding);
  assert.equal(await access.whoHas(secret), null);
});

Deno.test("whoever has a session is let in where noting it fails", async () => {
  await using test = await startTestExecutor();
  const secret = await signIn(test, PASSWORD);
  test.clock.advance(60_000);
  test.kv.hooks = { onCommit: () => Promise.reject(new Error("no disk")) };
  assert.equal(await roleOf(test, secret), "admin");
  assert.equal(test.unexpected.length, 1);
});

Deno.test("another password or provider ends every session", async () => {
  const kv = await Deno.openKv(":memory:");
  {
    await using first = await startTestExecutor({ kv, accessRealm: "one" });
    const secret = await signIn(first, PASSWORD);
    await using same = await startTestExecutor({ kv, accessRealm: "one" });
    assert.equal(await roleOf(same, secret), "admin");
    await using other = await startTestExecutor({ kv, accessRealm: "other" });
    assert.equal(await roleOf(other, secret), null);
  }
  kv.close();
});

Deno.test("the first person to sign in becomes admin, later ones viewers, whoever knows the password counts for none", async () => {
  await using test = await startTestExecutor();
  await signIn(test, PASSWORD);
  assert.equal(await roleOf(test, await signIn(test, person("ada"))), "admin");
  assert.equal(await roleOf(test, await signIn(test, person("bob"))), "viewer");
  assert.equal(await roleOf(test, await signIn(test, person("ada"))), "admin");
  const elsewhere = person("ada", { issuer: "https://other.example" });
  assert.equal(await roleOf(test, await signIn(test, elsewhere)), "viewer");
});

Deno.test("of ten people who are the first at once, one becomes admin", async () => {
  await using test = await startTestExecutor();
  const secrets = await Promise.all(
    Array.from({ length: 10 }, (_, i) => signIn(test, person(`p${i}`))),
  );
  const roles = await Promise.all(secrets.map((secret) => roleOf(test, secret)));
  assert.deepEqual(roles.toSorted(), ["admin", ...Array(9).fill("viewer")]);
});

Deno.test("name and address are those of the last sign-in, the role is the one given here", async () => {
  await using test = await startTestExecutor();
  await signIn(test, person("ada"));
  const secret = await signIn(test, person("bob"));
  const { people } = test.executor.access;
  const [bob] = (await people.list()).filter(({ name }) => name === "bob");
  assert.equal(await people.setRole(bob?.id ?? "", "editor"), "changed");
  assert.equal(await roleOf(test, secret), "editor", "at once, in the session there is");
  await signIn(test, person("bob", { name: "Bob B. \ud800", email: null }));
  assert.deepEqual(await people.read(bob?.id ?? ""), {
    ...bob,
    role: "editor",
    name: "Bob B. \ufffd",
    email: null,
  });
});
