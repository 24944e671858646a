import assert from "node:assert/strict";
import type { Actor, Audit, AuditEntry } from "../../executor/mod.ts";
import { startTestExecutor } from "../helpers/executor.ts";
import { keysUnder, turn } from "../helpers/kv_probe.ts";
import { openSharedKv } from "../helpers/shared_kv.ts";

const ANN: Actor = { kind: "person", id: "per_ann", name: "Ann" };
const SCRIPT: Actor = { kind: "key", id: "key_1", name: "Nightly" };
const ANYBODY: Actor = { kind: "anybody", id: "", name: "Anybody" };

function ran(who: Actor, id: string): AuditEntry {
  return { who, did: "task-run", what: { kind: "task", id, name: "Text brief" } };
}

async function allOf(audit: Audit): Promise<string[]> {
  return (await audit.page({ limit: 100 })).rows.map(({ did, what }) => `${did} ${what?.id ?? ""}`);
}

Deno.test("audit.page has what was told, newest first, by who did it and by family", async () => {
  await using test = await startTestExecutor();
  const { audit } = test.executor;
  audit.tell(ran(ANN, "tsk_1"));
  test.clock.advance(5);
  audit.tell({ who: ANN, did: "app-saved", what: { kind: "app", id: "app_1", name: "Brief" } });
  audit.tell({
    who: SCRIPT,
    did: "task-cancelled",
    what: { kind: "task", id: "tsk_1", name: "x" },
  });
  audit.tell({ who: ANN, did: "role-set", what: null, detail: "editor" });
  const { rows, older, newer } = await audit.page({ limit: 10 });
  assert.deepEqual(rows.map(({ did }) => did), [
    "role-set",
    "task-cancelled",
    "app-saved",
    "task-run",
  ]);
  assert.deepEqual([older, newer], [null, null]);
  const [first, , , last] = rows;
  assert.deepEqual(last, { ...ran(ANN, "tsk_1"), id: last?.id, at: test.clock.now() - 5 });
  assert.equal(first?.detail, "editor");
  const didsOf = async (filter: Parameters<Audit["page"]>[0]) =>
    (await audit.page(filter)).rows.map(({ did }) => did);
  assert.deepEqual(await didsOf({ limit: 10, family: "tasks" }), ["task-cancelled", "task-run"]);
  assert.deepEqual(await didsOf({ limit: 10, family: "apps" }), ["app-saved"]);
  assert.deepEqual(await didsOf({ limit: 10, who: "key_1" }), ["task-cancelled"]);
});

Deno.test("audit.page goes on by cursor, in both directions", async () => {
  await using test = await startTestExecutor();
  const { audit } = test.executor;
  for (let i = 1; i <= 5; i++) audit.tell(ran(ANN, `tsk_${i}`));
  const first = await audit.page({ limit: 2 });
  const second = await audit.page({ limit: 2, before: first.older ?? "" });
  assert.deepEqual(second.rows.map(({ what }) => what?.id), ["tsk_3", "tsk_2"]);
  const back = await audit.page({ limit: 2, after: second.newer ?? "" });
  assert.deepEqual(back.rows, first.rows);
});

Deno.test("audit.tell writes together what is told together, a moment later", async () => {
  await using test = await startTestExecutor();
  const { audit } = test.executor;
  const before = test.kv.commits.length;
  for (let i = 0; i < 250; i++) audit.tell(ran(ANN, `tsk_${i}`));
  await test.kv.idle();
  assert.equal(test.kv.commits.length, before, "nobody waits for it");
  test.clock.advance(250);
  await test.kv.idle();
  const commits = test.kv.commits.slice(before);
  assert.equal(commits.length, 3);
  assert.ok(
    commits.every(({ mutations }) => mutations.every(({ expireIn }) => expireIn === 7_776e6)),
  );
  assert.equal((await keysUnder(test.kv, "audit")).length, 250);
});

Deno.test("audit.tell keeps what could not be written, and what was written twice once", async () => {
  await using test = await startTestExecutor();
  const { audit } = test.executor;
  let failures = 2;
  test.kv.hooks = {
    async onCommit(_, commit) {
      if (failures-- <= 0) return await commit();
      await commit();
      throw new Error("No answer came");
    },
  };
  audit.tell(ran(ANN, "tsk_1"));
  for (let i = 0; i < 3; i++) {
    test.clock.advance(250);
    await test.kv.idle();
  }
  assert.deepEqual(await allOf(audit), ["task-run tsk_1"]);
  assert.equal(test.unexpected.length, 2);
  assert.deepEqual(test.clock.pending.filter((at) => at <= test.clock.now() + 250), []);
});

Deno.test("audit.tell is kept by a process that stops, and read by another", async () => {
  await using shared = await openSharedKv();
  const other = await shared.join();
  const stopping = await startTestExecutor({ ...shared });
  stopping.executor.audit.tell(ran(SCRIPT, "tsk_9"));
  await stopping[Symbol.asyncDispose]();
  assert.deepEqual(await allOf(other.executor.audit), ["task-run tsk_9"]);
});

Deno.test("a process whose database is away stops all the same", async () => {
  await using test = await startTestExecutor();
  test.executor.audit.tell(ran(ANN, "tsk_1"));
  const { promise: isBack, resolve: comeBack } = Promise.withResolvers<void>();
  test.kv.hooks = { onCommit: (_, commit) => isBack.then(commit) };
  let isStopped = false;
  const stopping = test.executor.stop(0).finally(() => isStopped = true);
  while (!isStopped) {
    test.clock.advance(500);
    await turn();
  }
  await stopping;
  comeBack();
});

Deno.test("audit.tell leaves out tasks that anybody ran: the Task History says as much", async () => {
  await using test = await startTestExecutor();
  const { audit } = test.executor;
  audit.tell(ran(ANYBODY, "tsk_1"));
  audit.tell({ ...ran(ANYBODY, "tsk_1"), did: "task-cancelled" });
  assert.deepEqual(await allOf(audit), ["task-cancelled tsk_1"]);
  assert.deepEqual(await keysUnder(test.kv, "audit_by"), []);
});

Deno.test("audit.tell cuts long names, between characters", async () => {
  await using test = await startTestExecutor();
  const { audit } = test.executor;
  audit.tell({ ...ran({ ...ANN, name: "🎈".repeat(5_000) }, "tsk_1") });
  const [row] = (await audit.page({ limit: 1 })).rows;
  assert.equal(row?.who.name, "🎈".repeat(100));
});
