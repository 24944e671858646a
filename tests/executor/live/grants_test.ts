import assert from "node:assert/strict";
import { startTestExecutor } from "../../helpers/executor.ts";
import { openSharedKv } from "../../helpers/shared_kv.ts";

const good = () => Promise.resolve(true);

/** A watch on which nothing ever comes. */
const deaf = () => new ReadableStream<never>();

Deno.test("end tells whoever holds the right, once, and nobody else", async () => {
  await using test = await startTestExecutor();
  const { grants } = test.executor;
  const told: string[] = [];
  for (const id of ["one", "one", "two"]) {
    grants.hold({ id, expiresAt: null, isGood: good }, () => void told.push(id));
  }
  grants.hold({ id: "one", expiresAt: null, isGood: good }, () => void told.push("given back"))();
  await grants.end("one");
  await grants.end("one");
  assert.deepEqual(told, ["one", "one"]);
});

Deno.test("hold ends when the right runs out, to the millisecond", async () => {
  await using test = await startTestExecutor();
  let gone = 0;
  const grant = { id: "x", expiresAt: test.clock.now() + 5_000, isGood: good };
  test.executor.grants.hold(grant, () => gone++);
  test.executor.grants.hold(grant, () => gone++)();
  test.clock.advance(4_999);
  assert.equal(gone, 0);
  test.clock.advance(1);
  assert.equal(gone, 1);
  test.clock.advance(60_000);
  assert.equal(gone, 1);
});

Deno.test("hold races with the end of the right: it ends all the same", async () => {
  await using test = await startTestExecutor();
  const gone = Promise.withResolvers<void>();
  const isGood = () => Promise.resolve(false);
  test.executor.grants.hold({ id: "x", expiresAt: null, isGood }, gone.resolve);
  await gone.promise;
});

Deno.test("a database that does not answer takes no right away", async () => {
  await using test = await startTestExecutor();
  let gone = 0;
  const isGood = () => Promise.reject(new Error("It is away"));
  test.executor.grants.hold({ id: "x", expiresAt: null, isGood }, () => gone++);
  await test.kv.idle();
  assert.equal(gone, 0);
  assert.match(String(test.unexpected), /It is away/);
});

Deno.test("a right that one process takes away ends in another, with no timer", async () => {
  await using shared = await openSharedKv();
  const [here, there] = [await shared.join(), await shared.join()];
  let isGood = true;
  const gone = Promise.withResolvers<void>();
  const grant = { id: "x", expiresAt: null, isGood: () => Promise.resolve(isGood) };
  let others = 0;
  there.executor.grants.hold(grant, gone.resolve);
  there.executor.grants.hold({ id: "y", expiresAt: null, isGood: good }, () => others++);
  await shared.heard();
  isGood = false;
  await here.executor.grants.end("x");
  await gone.promise;
  assert.equal(others, 0);
});

Deno.test("with every ring lost, a right ends in another process within ten seconds", async () => {
  await using shared = await openSharedKv();
  const [here, there] = [await shared.join(), await shared.join({ watch: deaf })];
  let isGood = true;
  let gone = 0;
  const grant = { id: "x", expiresAt: null, isGood: () => Promise.resolve(isGood) };
  there.executor.grants.hold(grant, () => gone++);
  await there.kv.idle();
  isGood = false;
  await here.executor.grants.end("x");
  shared.clock.advance(9_999);
  await there.kv.idle();
  assert.equal(gone, 0);
  shared.clock.advance(1);
  await there.kv.idle();
  assert.equal(gone, 1);
});

Deno.test("nothing is watched while no right is held", async () => {
  await using shared = await openSharedKv();
  let watches = 0;
  const watch = (keys: readonly Deno.KvKey[]) => {
    if (keys.some((key) => key[1] === "grants")) watches++;
    return shared.watch(keys);
  };
  const test = await shared.join({ watch });
  const before = test.clock.pending.length;
  assert.equal(watches, 0);
  const { grants } = test.executor;
  const releases = [1, 2].map(() =>
    grants.hold({ id: "x", expiresAt: test.clock.now() + 99_999, isGood: good }, () => {})
  );
  assert.equal(watches, 1);
  for (const release of releases) release();
  assert.equal(shared.clock.pending.length, before);
});
