import assert from "node:assert/strict";
import { LEASE_MS, MAX_CRASHES, MAX_CRASHES_WITH_ALIBI } from "../../../executor/run/context.ts";
import { SUSPECT_PAUSE_MS } from "../../../executor/run/suspects.ts";
import { inARow } from "../../helpers/definitions.ts";
import { startTestExecutor, type TestExecutor } from "../../helpers/executor.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { dueItems } from "../../helpers/kv_probe.ts";

const STORIES = [
  { name: "in a row", hasOthers: false, most: MAX_CRASHES },
  {
    name: "with others that did not run it between them",
    hasOthers: true,
    most: MAX_CRASHES_WITH_ALIBI,
  },
];

for (const { name, hasOthers, most } of STORIES) {
  Deno.test(`a task is given up after ${most} processes died with it, ${name}`, async () => {
    const raw = await Deno.openKv(":memory:");
    const first = await startTestExecutor({ kv: raw });
    const app = await first.add({ steps: inARow("a", "b") });
    const taskId = await first.start(app.id);
    await first.gates.next("a");
    const lives = [first];
    for (let deaths = 1; deaths < most; deaths++) {
      const next = await nextLife(lives, { kv: raw, hasOthers });
      const { attempt } = await next.gates.next("a");
      assert.equal(attempt, deaths + 1, "each is another attempt");
    }
    const last = await nextLife(lives, { kv: raw, hasOthers });
    const task = await last.ended(taskId);
    assert.equal(task.status, "failed");
    assert.equal(task.error?.stepId, null);
    assert.match(
      task.error?.message ?? "",
      new RegExp(
        `^It was given up: the process that ran it stopped, or lost the database, ${most} times$`,
      ),
    );
    assert.deepEqual(task.steps.map(({ status }) => status), ["cancelled", "skipped"]);
    await last.kv.idle();
    assert.equal(last.gates.runs.length, 0);
    for (const each of lives) await each[Symbol.asyncDispose]();
    raw.close();
  });
}

/** A process that begins when the leases of the last one, which has died, have run out. */
async function nextLife(
  lives: TestExecutor[],
  { kv, hasOthers }: { readonly kv: Deno.Kv; readonly hasOthers: boolean },
): Promise<TestExecutor> {
  const { clock } = lives.at(-1) ?? assert.fail();
  clock.jump(5_000);
  if (hasOthers) {
    const other = await startTestExecutor({ kv, clock: new FakeClock(clock.now()) });
    await other.kv.idle();
    await other[Symbol.asyncDispose]();
  }
  clock.jump(5_001);
  const next = await startTestExecutor({ kv, clock: new FakeClock(clock.now()) });
  lives.push(next);
  return next;
}

Deno.test("a task that gets on is not given up, however often its process dies", async () => {
  const raw = await Deno.openKv(":memory:");
  const ids = Array.from({ length: MAX_CRASHES + 3 }, (_, i) => `s${i}`);
  const lives = [await startTestExecutor({ kv: raw })];
  const app = await lives[0]?.add({ steps: inARow(...ids) });
  const taskId = await lives[0]?.start(app?.id ?? "") ?? "";
  for (const id of ids) {
    const { clock, gates } = lives.at(-1) ?? assert.fail();
    await gates.next(id);
    const next = await startTestExecutor({
      kv: raw,
      clock: new FakeClock(clock.now() + 10_001),
    });
    lives.push(next);
    (await next.gates.next(id)).done();
  }
  const task = await lives.at(-1)?.ended(taskId);
  assert.equal(task?.status, "completed", task?.error?.message);
  assert.deepEqual(task?.steps.map(({ attempt }) => attempt), ids.map(() => 2));
  for (const each of lives) await each[Symbol.asyncDispose]();
  raw.close();
});

Deno.test("a process that kept a task waiting, and died, is an alibi for it", async () => {
  const raw = await Deno.openKv(":memory:");
  const first = await startTestExecutor({ kv: raw });
  const app = await first.add();
  const ids = [await first.start(app.id), await first.start(app.id)];
  await first.kv.idle();
  for (const { vestAt, taskId } of await dueItems(raw)) {
    const crashed = { status: "leased", crashes: MAX_CRASHES - 2 };
    await raw.set(["due", Number(vestAt), String(taskId)], crashed);
  }
  const second = await later(first, LEASE_MS + 1);
  const [ran] = second.gates.runs;
  for (let ms = 0; ms < 2 * LEASE_MS; ms += SUSPECT_PAUSE_MS) {
    second.clock.advance(SUSPECT_PAUSE_MS);
    await second.kv.idle();
  }
  assert.equal(second.gates.runs.length, 1);

  const third = await later(second, LEASE_MS + 1);
  const waited = ids.find((id) => id !== ran?.taskId) ?? "";
  const item = (await dueItems(raw)).find(({ taskId }) => taskId === waited);
  assert.equal(Object(item?.value).hasAlibi, true);
  assert.equal(Object(item?.value).crashes, MAX_CRASHES - 1, "waiting was no crash");
  assert.deepEqual(third.gates.runs.map(({ taskId }) => taskId), [waited]);
  for (const each of [first, second, third]) await each[Symbol.asyncDispose]();
  raw.close();

  async function later({ clock }: TestExecutor, ms: number): Promise<TestExecutor> {
    const next = await startTestExecutor({ kv: raw, clock: new FakeClock(clock.now() + ms) });
    await next.kv.idle();
    return next;
  }
});

const ENDS = [
  {
    how: "was cancelled",
    crashes: 4,
    status: "cancelled",
    end: async ({ executor }: TestExecutor, taskId: string) =>
      void await executor.tasks.cancel(taskId),
  },
  {
    how: "has met its deadline",
    crashes: 4,
    status: "failed",
    end: ({ clock }: TestExecutor) => Promise.resolve(clock.jump(30_000)),
  },
  { how: "has crashed too often", crashes: 5, status: "failed", end: () => Promise.resolve() },
] as const;

for (const { how, crashes, status, end } of ENDS) {
  Deno.test(`a suspect that ${how} is ended, though another one runs`, async () => {
    using kv = await Deno.openKv(":memory:");
    await using first = await startTestExecutor({ kv });
    const slow = await first.add({ timeout: 900 });
    const running = await first.start(slow.id);
    const brief = await first.add({ timeout: 30 });
    const waiting = await first.start(brief.id);
    await first.kv.idle();
    for (const { vestAt, taskId } of await dueItems(kv)) {
      const value = { status: "leased", crashes: taskId === waiting ? crashes - 1 : 2 };
      await kv.set(["due", Number(vestAt), String(taskId)], value);
    }
    const clock = new FakeClock(first.clock.now() + LEASE_MS + 1);
    await using test = await startTestExecutor({ kv, clock });
    await test.kv.idle();
    assert.deepEqual(test.gates.runs.map(({ taskId }) => taskId), [running]);
    await end(test, waiting);
    clock.advance(SUSPECT_PAUSE_MS);
    await test.kv.idle();
    assert.equal((await test.closed(waiting)).status, status);
    assert.equal(test.gates.runs.length, 1);
  });
}

Deno.test("suspects that are held up come due together, whenever each began to wait", async () => {
  using kv = await Deno.openKv(":memory:");
  await using first = await startTestExecutor({ kv, concurrency: 0 });
  const { clock } = first;
  const app = await first.add();
  const starts = [clock.now(), clock.now(), clock.now() + SUSPECT_PAUSE_MS / 2];
  const ids: string[] = [];
  for (const _ of starts) ids.push(await first.start(app.id));
  for (const { vestAt, taskId } of await dueItems(kv)) {
    const startsAt = starts[ids.indexOf(String(taskId))] ?? assert.fail();
    await kv.delete(["due", Number(vestAt), String(taskId)]);
    await kv.set(["due", startsAt, String(taskId)], { status: "ready", crashes: MAX_CRASHES - 1 });
  }
  await using test = await startTestExecutor({ kv, clock });
  await test.kv.idle();
  clock.advance(SUSPECT_PAUSE_MS / 2);
  await test.kv.idle();
  const held = (await dueItems(kv)).filter(({ taskId }) => taskId !== ids[0]);
  assert.deepEqual(
    held.map(({ vestAt, value }) => [vestAt, Object(value).heldSince]),
    starts.slice(1).map((at) => [(starts[0] ?? 0) + SUSPECT_PAUSE_MS, at]),
  );
});

Deno.test("of tasks that crashed three times four run together, the others wait for a place", async () => {
  const kv = await Deno.openKv(":memory:");
  {
    await using first = await startTestExecutor({ kv, concurrency: 0 });
    const { clock } = first;
    const app = await first.add();
    const ids: string[] = [];
    for (let i = 0; i < 6; i++) ids.push(await first.start(app.id));
    const crashed = { status: "ready", crashes: 3, errors: 1, hasAlibi: true };
    for (const { vestAt, taskId } of await dueItems(kv)) {
      await kv.set(["due", Number(vestAt), String(taskId)], crashed);
    }
    await using test = await startTestExecutor({ kv, clock });
    await test.kv.idle();
    const ran = () => new Set(test.gates.runs.map(({ taskId }) => taskId));
    assert.deepEqual(ran(), new Set(ids.slice(0, 4)));
    const waiting = (await dueItems(kv)).filter(({ taskId }) => !ran().has(String(taskId)));
    assert.deepEqual(
      waiting.map(({ vestAt, value }) => ({ vestAt, value })),
      ids.slice(4).map(() => ({
        vestAt: clock.now() + SUSPECT_PAUSE_MS,
        value: { ...crashed, heldSince: clock.now() },
      })),
      "they are left as they are",
    );

    const fresh = await test.start(app.id);
    await test.kv.idle();
    assert.ok(ran().has(fresh), "a task that never crashed waits for none of them");

    (await test.gates.next()).done();
    await test.kv.idle();
    clock.advance(SUSPECT_PAUSE_MS);
    await test.kv.idle();
    assert.deepEqual(ran(), new Set([...ids.slice(0, 5), fresh]));
    clock.advance(SUSPECT_PAUSE_MS);
    await test.kv.idle();
    for (let i = 0; i < 5; i++) (await test.gates.next()).done();
    await test.kv.idle();
    clock.advance(SUSPECT_PAUSE_MS);
    (await test.gates.next()).done();
    for (const id of ids) assert.equal((await test.ended(id)).status, "completed");
  }
  kv.close();
});
