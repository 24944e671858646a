import assert from "node:assert/strict";
import type { Link, NewLink } from "../../executor/mod.ts";
import { startTestExecutor, type TestExecutor } from "../helpers/executor.ts";
import { openSharedKv } from "../helpers/shared_kv.ts";

const HOUR_MS = 3_600_000;

function linkTo(taskId: string, rest: Partial<NewLink> = {}): NewLink {
  return {
    target: { kind: "task", taskId },
    show: ["outputs"],
    origins: [],
    expiresInMs: HOUR_MS,
    createdBy: "Ada",
    ...rest,
  };
}

async function create({ executor }: TestExecutor, link: NewLink) {
  const result = await executor.links.create(link);
  assert.equal(result.type, "created");
  if (result.type !== "created") throw new Error("Cannot be");
  return result;
}

async function startOne(test: TestExecutor): Promise<string> {
  const taskId = await test.start((await test.add()).id);
  const run = await test.gates.next();
  run.done();
  await test.ended(taskId);
  return taskId;
}

/** All that is kept, as text. */
async function kept({ kv }: TestExecutor): Promise<string> {
  const entries: string[] = [];
  for await (const { key, value } of kv.list({ prefix: [] })) {
    entries.push(JSON.stringify([key, value]));
  }
  return entries.join("\n");
}

Deno.test("create makes a link that its token alone opens; the token is kept nowhere", async () => {
  await using test = await startTestExecutor();
  const taskId = await startOne(test);
  const { links } = test.executor;
  const { link, token } = await create(
    test,
    linkTo(taskId, { show: ["steps", "inputs"], origins: ["https://example.org"] }),
  );
  assert.match(token, /^cbs_[\w-]{43}$/);
  assert.equal(link.expiresAt - link.createdAt, HOUR_MS);
  assert.deepEqual(await links.open(token), link);
  assert.deepEqual(Object.keys(link).includes("hash"), false);
  for (const wrong of ["", "cbs_", token.slice(0, -1), `${token}A`, link.id, token.toUpperCase()]) {
    assert.equal(await links.open(wrong), null, wrong);
  }
  const all = await kept(test);
  assert.ok(all.includes(link.id));
  assert.ok(!all.includes(token.slice(4)));
  assert.notEqual((await create(test, linkTo(taskId))).token, token);
});

Deno.test("create refuses a link to what is not there", async () => {
  await using test = await startTestExecutor();
  const taskId = "tsk_01m81t0000000000000000000a";
  const appId = "app_01m81t0000000000000000000a";
  const { links } = test.executor;
  assert.deepEqual(await links.create(linkTo(taskId)), { type: "unknown-target" });
  const target = { kind: "app", appId, tokensPerDay: 1 } as const;
  assert.deepEqual(await links.create(linkTo("", { target })), { type: "unknown-target" });
  assert.doesNotMatch(await kept(test), /link/);
});

Deno.test("create makes at most a hundred links to a task, also when they come at once", async () => {
  await using test = await startTestExecutor();
  const taskId = await startOne(test);
  const { links } = test.executor;
  const soon = linkTo(taskId, { expiresInMs: 60_000 });
  for (let i = 0; i < 90; i++) await create(test, i < 5 ? soon : linkTo(taskId));
  const results = await Promise.all(
    Array.from({ length: 15 }, () => links.create(linkTo(taskId))),
  );
  const made = results.filter(({ type }) => type === "created").length;
  assert.equal(made, 10);
  const refused = results.filter(({ type }) => type !== "created");
  assert.deepEqual(refused, refused.map(() => ({ type: "too-many", limit: 100 })));
  assert.equal((await links.listOfTask(taskId)).length, 100);
  test.clock.advance(60_000);
  assert.equal((await links.listOfTask(taskId)).length, 95, "what has expired does not count");
  await create(test, linkTo(taskId));
});

Deno.test("open finds nothing from the moment a link expires", async () => {
  await using test = await startTestExecutor();
  const { token } = await create(test, linkTo(await startOne(test), { expiresInMs: 60_000 }));
  test.clock.advance(59_999);
  assert.ok(await test.executor.links.open(token));
  test.clock.advance(1);
  assert.equal(await test.executor.links.open(token), null);
});

Deno.test("revoke ends a link and whoever holds it, and leaves the others", async () => {
  await using test = await startTestExecutor();
  const taskId = await startOne(test);
  const { links } = test.executor;
  const [gone, stays] = [await create(test, linkTo(taskId)), await create(test, linkTo(taskId))];
  const told: string[] = [];
  for (const { link } of [gone, gone, stays]) links.hold(link, () => void told.push(link.id));
  links.countView(gone.link);
  assert.equal(await links.revoke(gone.link.id, "app"), null, "it is no link to an app");
  assert.deepEqual(await links.revoke(gone.link.id, "task"), gone.link);
  assert.deepEqual(told, [gone.link.id, gone.link.id]);
  assert.equal(await links.revoke(gone.link.id, "task"), null);
  assert.equal(await links.open(gone.token), null);
  assert.deepEqual(await links.open(stays.token), stays.link);
  test.clock.advance(2_000);
  await test.kv.idle();
  assert.deepEqual((await links.listOfTask(taskId)).map(({ id }) => id), [stays.link.id]);
  assert.ok(!(await kept(test)).includes(gone.link.id));
});

Deno.test("revokeAllOf ends the links of one maker, to tasks and apps, and who holds them", async () => {
  await using test = await startTestExecutor();
  const app = await test.add();
  const taskId = await startOne(test);
  const { links } = test.executor;
  const target = { kind: "app", appId: app.id, tokensPerDay: 10 } as const;
  const ofAda = [
    await create(test, linkTo(taskId, { makerId: "per_ada" })),
    await create(test, linkTo(taskId, { makerId: "per_ada", target })),
  ];
  // Both are called Ada.
  const ofOthers = [
    await create(test, linkTo(taskId, { makerId: "per_other" })),
    await create(test, linkTo(taskId)),
  ];
  const told: string[] = [];
  for (const { link } of [...ofAda, ...ofOthers]) links.hold(link, () => void told.push(link.id));
  await links.revokeAllOf("per_ada");
  assert.deepEqual(told.toSorted(), ofAda.map(({ link }) => link.id).toSorted());
  for (const { token } of ofAda) assert.equal(await links.open(token), null);
  for (const { token, link } of ofOthers) assert.deepEqual(await links.open(token), link);
});

Deno.test("a link revoked in one process ends in another, with no timer", async () => {
  await using shared = await openSharedKv();
  const [here, there] = [await shared.join(), await shared.join()];
  const { link, token } = await create(here, linkTo(await startOne(here)));
  const found = await there.executor.links.open(token);
  assert.deepEqual(found, link);
  const gone = Promise.withResolvers<void>();
  there.executor.links.hold(link, gone.resolve);
  await shared.heard();
  await here.executor.links.revoke(link.id, "task");
  await gone.promise;
});

Deno.test("countView gathers views and writes them together, over all processes", async () => {
  await using shared = await openSharedKv();
  const [here, there] = [await shared.join(), await shared.join()];
  const taskId = await startOne(here);
  const { link } = await create(here, linkTo(taskId));
  const views = async () => (await here.executor.links.listOfTask(taskId))[0]?.views;
  const commits = here.kv.commits.length;
  for (let i = 0; i < 50; i++) here.executor.links.countView(link);
  for (let i = 0; i < 7; i++) there.executor.links.countView(link);
  assert.equal(await views(), 0);
  shared.clock.advance(2_000);
  await shared.heard();
  assert.equal(await views(), 57);
  assert.ok(here.kv.commits.length - commits <= 10, "far less than a commit a view");
  there.executor.links.countView(link);
  await there[Symbol.asyncDispose]();
  assert.equal(await views(), 58, "also what a process gathered before it was stopped");
});

Deno.test("countView never fails whoever opens a link", async () => {
  await using test = await startTestExecutor();
  const { link } = await create(test, linkTo(await startOne(test)));
  test.kv.hooks = { onCommit: () => Promise.reject(new Error("It is away")) };
  test.executor.links.countView(link);
  test.clock.advance(2_000);
  await test.kv.idle();
  test.kv.hooks = {};
  assert.match(String(test.unexpected), /It is away/);
});

for (const what of ["task", "app"] as const) {
  Deno.test(`deleting ${what === "task" ? "a task" : "an app"} removes its links`, async () => {
    await using test = await startTestExecutor();
    const { apps, links, tasks } = test.executor;
    const app = await test.add();
    const taskId = await test.start(app.id);
    (await test.gates.next()).done();
    await test.ended(taskId);
    const target: Link["target"] = what === "task"
      ? { kind: "task", taskId }
      : { kind: "app", appId: app.id, tokensPerDay: 10 };
    const { link, token } = await create(test, linkTo(taskId, { target }));
    links.countView(link);
    test.clock.advance(2_000);
    await test.kv.idle();
    let gone = 0;
    links.hold(link, () => gone++);
    if (what === "task") await tasks.delete(taskId);
    else await apps.delete(app.id);
    assert.equal(await links.open(token), null);
    assert.doesNotMatch(await kept(test), /lnk_|link/);
    if (what === "app") assert.equal(gone, 1, "a page of a task hears of its end by itself");
    assert.deepEqual(await links.create(linkTo(taskId, { target })), { type: "unknown-target" });
  });
}
