import assert from "node:assert/strict";
import type { VisitRequest } from "../../executor/mod.ts";
import { MAX_VISITS_AT_ONCE } from "../../executor/link_use.ts";
import { startTestExecutor, type TestExecutor } from "../helpers/executor.ts";
import { appLink, type MadeLink } from "../helpers/links.ts";
import { openSharedKv } from "../helpers/shared_kv.ts";

const NO_INPUTS: VisitRequest = { raw: { source: "form", fields: new Map() } };
const HOUR_MS = 60 * 60 * 1_000;

async function visit({ executor }: TestExecutor, { link, token }: MadeLink) {
  const result = await executor.visits.start(link, token, NO_INPUTS);
  assert(result.type === "started", result.type);
  return result;
}

Deno.test("visits.start runs the app as it is now, and its token opens that task alone", async () => {
  await using test = await startTestExecutor();
  const app = await test.add();
  const link = await appLink(test.executor, app.id);
  const { taskId, token } = await visit(test, link);
  assert.match(token, /^cbv_[\w-]{43}$/);
  const task = await test.read(taskId);
  assert.equal(task.app.id, app.id);
  assert.deepEqual(task.origin, { kind: "embed" });
  const opened = await test.executor.visits.open(token);
  assert.equal(opened?.taskId, taskId);
  assert.deepEqual(opened?.link, link.link);
  for (const other of ["", "cbv_", link.token, `${token}a`, token.replace("cbv_", "cbs_")]) {
    assert.equal(await test.executor.visits.open(other), null, other);
  }
  assert.equal(await test.executor.links.open(token), null);
});

Deno.test("visits.start checks inputs, and starts nothing by a link to a task", async () => {
  await using test = await startTestExecutor();
  const inputs = [{ name: "text", label: "Text", type: "text", required: true }];
  const app = await test.add({ inputs });
  const { link, token } = await appLink(test.executor, app.id);
  const refused = await test.executor.visits.start(link, token, NO_INPUTS);
  assert.equal(refused.type, "invalid");
  const taskId = await test.start(app.id, { text: "x" });
  const toTask = { ...link, target: { kind: "task", taskId } as const };
  const none = await test.executor.visits.start(toTask, token, NO_INPUTS);
  assert.equal(none.type, "unknown-app");
});

Deno.test("visits.start stops at the tokens of a day, those of running tasks included", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ steps: [{ id: "a" }, { id: "b", needs: ["a"] }] });
  const link = await appLink(test.executor, app.id, { tokensPerDay: 100 });
  const first = await visit(test, link);
  const run = await test.gates.next();
  run.done("", { inputTokens: 60, outputTokens: 0 });
  await test.gates.next();
  const second = await visit(test, link);
  const other = await test.gates.next();
  other.done("", { inputTokens: 30, outputTokens: 10 });
  await test.gates.next();
  const spent = await test.executor.visits.start(link.link, link.token, NO_INPUTS);
  assert(spent.type === "budget-spent");
  assert.equal(spent.limit, 100);
  assert(spent.retryAfterMs > 0 && spent.retryAfterMs <= 24 * HOUR_MS);

  // Ended, they count the same, once, and also when they are deleted after it was written down.
  for (const { taskId } of [first, second]) await test.executor.tasks.cancel(taskId);
  await test.ended(second.taskId);
  for (let again = 0; again < 3; again++) {
    const result = await test.executor.visits.start(link.link, link.token, NO_INPUTS);
    assert.equal(result.type, "budget-spent");
  }
  await appLink(test.executor, app.id).then((another) => visit(test, another));
});

Deno.test("visits.start lets few tasks of a link run at once, also of those started together", async () => {
  await using test = await startTestExecutor({ concurrency: 100 });
  const app = await test.add();
  const link = await appLink(test.executor, app.id, { tokensPerDay: 1 });
  const startAll = async () => {
    const started = Array.from(
      { length: 25 },
      () => test.executor.visits.start(link.link, link.token, NO_INPUTS),
    );
    return (await Promise.all(started)).map(({ type }) => type);
  };
  const first = await startAll();
  assert.equal(first.filter((type) => type === "started").length, MAX_VISITS_AT_ONCE);
  assert.equal(first.filter((type) => type === "too-many-running").length, 25 - MAX_VISITS_AT_ONCE);
  const run = await test.gates.next();
  await visit(test, await appLink(test.executor, app.id));
  run.done("", { inputTokens: 0, outputTokens: 0 });
  await test.ended(run.taskId);
  const second = await startAll();
  assert.equal(second.filter((type) => type === "started").length, 1, "as many as have ended");
});

Deno.test("visits.start lets as few run at once where two processes start them", async () => {
  await using shared = await openSharedKv();
  const [here, there] = [
    await shared.join({ concurrency: 0 }),
    await shared.join({ concurrency: 0 }),
  ];
  const { id } = await here.add();
  const { link, token } = await appLink(here.executor, id, { tokensPerDay: 1 });
  const startAll = async () => {
    const started = Array.from({ length: 30 }, (_, i) => {
      return (i % 2 === 0 ? here : there).executor.visits.start(link, token, NO_INPUTS);
    });
    const types = (await Promise.all(started)).map(({ type }) => type);
    return types.filter((type) => type === "started").length;
  };
  assert.equal(await startAll(), MAX_VISITS_AT_ONCE);
  const { rows } = await here.executor.tasks.list({ limit: 100 });
  assert.equal(rows.length, MAX_VISITS_AT_ONCE, "and none without a visit");
  for (const row of rows.slice(0, 3)) await there.executor.tasks.cancel(row.id);
  assert.equal(await startAll(), 3);
});

Deno.test("visits.start counts what runs since yesterday among those that run at once", async () => {
  await using test = await startTestExecutor({ concurrency: 0 });
  const app = await test.add();
  const link = await appLink(test.executor, app.id, { expiresInMs: 100 * HOUR_MS });
  for (let count = 0; count < MAX_VISITS_AT_ONCE; count++) await visit(test, link);
  test.clock.advance(24 * HOUR_MS);
  const full = await test.executor.visits.start(link.link, link.token, NO_INPUTS);
  assert.equal(full.type, "too-many-running");
});

Deno.test("visits.start with a link that was revoked since it was opened starts nothing", async () => {
  await using test = await startTestExecutor({ concurrency: 0 });
  const app = await test.add();
  for (const isMeanwhile of [false, true]) {
    const { link, token } = await appLink(test.executor, app.id);
    const revoke = () => test.executor.links.revoke(link.id);
    if (!isMeanwhile) await revoke();
    const late = await test.executor.visits.start(link, token, {
      ...NO_INPUTS,
      async take() {
        await revoke();
        return { ok: true };
      },
    });
    assert.equal(late.type, "unknown-app");
  }
  assert.equal((await test.executor.tasks.list({ limit: 1 })).rows.length, 0);
});

Deno.test("visits.start asks whether one more may be once, and only when all else is well", async () => {
  await using test = await startTestExecutor({ concurrency: 0 });
  const inputs = [{ name: "text", label: "Text", type: "text", required: true }];
  const app = await test.add({ inputs });
  const { link, token } = await appLink(test.executor, app.id);
  let asked = 0;
  const start = async (text: string, isLeft: boolean) => {
    const result = await test.executor.visits.start(link, token, {
      raw: { source: "form", fields: new Map([["text", text]]) },
      take() {
        asked++;
        return Promise.resolve(isLeft ? { ok: true } : { ok: false, retryAfterMs: 7 });
      },
    });
    return result.type;
  };
  assert.equal(await start("", true), "invalid");
  assert.equal(asked, 0);
  assert.equal(await start("x", false), "too-often");
  for (let count = 0; count < MAX_VISITS_AT_ONCE; count++) await start("x", true);
  assert.equal(asked, 1 + MAX_VISITS_AT_ONCE);
  assert.equal(await start("x", true), "too-many-running");
  assert.equal(asked, 1 + MAX_VISITS_AT_ONCE);
});

Deno.test("visits.start has the tokens of the next day", async () => {
  await using test = await startTestExecutor();
  const app = await test.add();
  const link = await appLink(test.executor, app.id, {
    tokensPerDay: 1,
    expiresInMs: 100 * HOUR_MS,
  });
  const { taskId } = await visit(test, link);
  (await test.gates.next()).done("", { inputTokens: 1, outputTokens: 0 });
  await test.ended(taskId);
  const spent = await test.executor.visits.start(link.link, link.token, NO_INPUTS);
  assert(spent.type === "budget-spent");
  test.clock.advance(spent.retryAfterMs);
  await visit(test, link);
});

Deno.test("visits.open ends after a day, and with its link", async () => {
  await using test = await startTestExecutor({ concurrency: 0 });
  const app = await test.add();
  const lasting = await visit(
    test,
    await appLink(test.executor, app.id, { expiresInMs: 100 * HOUR_MS }),
  );
  const short = await visit(test, await appLink(test.executor, app.id, { expiresInMs: HOUR_MS }));
  const revoked = await appLink(test.executor, app.id);
  const { token } = await visit(test, revoked);
  await test.executor.links.revoke(revoked.link.id);
  assert.equal(await test.executor.visits.open(token), null);
  test.clock.advance(HOUR_MS);
  assert.equal(await test.executor.visits.open(short.token), null);
  assert.notEqual(await test.executor.visits.open(lasting.token), null);
  test.clock.advance(23 * HOUR_MS);
  assert.equal(await test.executor.visits.open(lasting.token), null);
});

Deno.test("visits.hold lets go when the link is revoked", async () => {
  await using test = await startTestExecutor({ concurrency: 0 });
  const app = await test.add();
  const link = await appLink(test.executor, app.id);
  const opened = await test.executor.visits.open((await visit(test, link)).token);
  assert(opened !== null);
  let isGone = false;
  test.executor.visits.hold(opened, () => isGone = true);
  assert.equal(isGone, false);
  await test.executor.links.revoke(link.link.id);
  assert.equal(isGone, true);
});
