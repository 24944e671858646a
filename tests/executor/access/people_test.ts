import assert from "node:assert/strict";
import { startTestExecutor, type TestExecutor } from "../../helpers/executor.ts";
import { openSharedKv } from "../../helpers/shared_kv.ts";

/** Signs people in, one after another; their ids and secrets. */
async function signIn({ executor: { access } }: TestExecutor, ...names: string[]) {
  const people: { id: string; secret: string }[] = [];
  for (const name of names) {
    const who = { type: "person", issuer: "i", subject: name, name, email: null } as const;
    const { secret } = await access.signIn(who);
    people.push({ secret, id: (await access.whoHas(secret))?.person.id ?? "" });
  }
  return people;
}

Deno.test("people.list has everybody, last seen first", async () => {
  await using test = await startTestExecutor();
  for (const name of ["ada", "bob", "cyd"]) {
    await signIn(test, name);
    test.clock.advance(1_000);
  }
  await signIn(test, "ada");
  const people = await test.executor.access.people.list();
  assert.deepEqual(people.map(({ name, role }) => [name, role]), [
    ["ada", "admin"],
    ["cyd", "viewer"],
    ["bob", "viewer"],
  ]);
});

Deno.test("people.remove ends the sessions of that person, also for one who comes back", async () => {
  await using test = await startTestExecutor();
  const { access } = test.executor;
  const [ada, bob] = await signIn(test, "ada", "bob");
  await access.people.setRole(bob?.id ?? "", "editor");
  assert.equal(await access.people.remove(bob?.id ?? ""), "changed");
  assert.equal(await access.whoHas(bob?.secret ?? ""), null);
  assert.equal(await access.people.remove(bob?.id ?? ""), "unknown-person");
  const [again] = await signIn(test, "bob");
  assert.equal(again?.id, bob?.id);
  assert.equal(await access.whoHas(bob?.secret ?? ""), null, "the old session stays ended");
  assert.equal((await access.whoHas(again?.secret ?? ""))?.person.role, "viewer");
  assert.equal((await access.whoHas(ada?.secret ?? ""))?.person.role, "admin");
});

Deno.test("the last admin is neither removed nor lowered, and an unknown person not changed", async () => {
  await using test = await startTestExecutor();
  const { people } = test.executor.access;
  const [ada, bob] = await signIn(test, "ada", "bob");
  assert.equal(await people.remove(ada?.id ?? ""), "last-admin");
  assert.equal(await people.setRole(ada?.id ?? "", "viewer"), "last-admin");
  assert.equal(await people.setRole(ada?.id ?? "", "admin"), "changed");
  assert.equal(await people.setRole(bob?.id ?? "", "admin"), "changed");
  assert.equal(await people.setRole(ada?.id ?? "", "viewer"), "changed");
  assert.equal(await people.remove(bob?.id ?? ""), "last-admin");
  assert.equal(await people.setRole("per_nobody", "admin"), "unknown-person");
  assert.equal(await people.read("per_nobody"), null);
});

Deno.test("who is an admin stands once in the list of them, however often they sign in", async () => {
  await using test = await startTestExecutor();
  const [ada] = await signIn(test, "ada", "ada", "ada");
  await test.executor.access.people.setRole(ada?.id ?? "", "admin");
  assert.deepEqual((await test.kv.get(["admins"])).value, [ada?.id]);
});

Deno.test("of two admins who remove each other at once, one stays", async () => {
  for (let run = 0; run < 10; run++) {
    await using test = await startTestExecutor();
    const { people } = test.executor.access;
    const [ada, bob] = await signIn(test, "ada", "bob");
    await people.setRole(bob?.id ?? "", "admin");
    const results = await Promise.all([
      run % 2 === 0 ? people.remove(ada?.id ?? "") : people.setRole(ada?.id ?? "", "viewer"),
      people.remove(bob?.id ?? ""),
    ]);
    assert.deepEqual(results.toSorted(), ["changed", "last-admin"]);
    const left = (await people.list()).filter(({ role }) => role === "admin");
    assert.equal(left.length, 1);
  }
});

Deno.test("a person removed in one process loses in another what is open, and so does who signs out", async () => {
  await using shared = await openSharedKv();
  const [here, there] = [await shared.join(), await shared.join()];
  const [_, bob, again, cyd] = await signIn(here, "ada", "bob", "bob", "cyd");
  const lost: string[] = [];
  const gone = new Map<string, PromiseWithResolvers<void>>();
  const open = async (name: string, secret = "") => {
    gone.set(name, Promise.withResolvers());
    const session = await there.executor.access.whoHas(secret);
    const releases = session?.grants.map((grant) =>
      there.executor.grants.hold(grant, () => {
        lost.push(name);
        gone.get(name)?.resolve();
      })
    );
    return () => releases?.forEach((release) => release());
  };
  await open("bob", bob?.secret);
  await open("bob again", again?.secret);
  const release = await open("cyd", cyd?.secret);
  await shared.heard();
  await here.executor.access.signOut(bob?.secret ?? "");
  await gone.get("bob")?.promise;
  assert.deepEqual(lost, ["bob"]);
  shared.clock.advance(100); // A bell rings only so often.
  await here.executor.access.people.remove(bob?.id ?? "");
  await gone.get("bob again")?.promise;
  assert.ok(!lost.includes("cyd"));
  release();
});
