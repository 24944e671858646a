import assert from "node:assert/strict";
import { isAppId, loadSeedApps } from "../../executor/mod.ts";
import { definitionOf, inARow, TEXT_INPUT } from "../helpers/definitions.ts";
import { faultAt } from "../helpers/fault_kv.ts";
import { startTestExecutor, type TestExecutor } from "../helpers/executor.ts";
import { keysUnder } from "../helpers/kv_probe.ts";
import { UNKNOWN_APP } from "../helpers/unknown_ids.ts";

function draftOf(name: string, basedOn: number, stepId = "a") {
  const text = JSON.stringify({ steps: [{ id: stepId, name: "A", kind: "gate" }] });
  return { name, description: "", text, basedOn };
}

async function versionsOf({ kv }: TestExecutor, appId: string) {
  return (await keysUnder(kv, "app_version", appId)).map((key) => key[2]);
}

Deno.test("save makes a version that only grows when the content changes", async () => {
  await using test = await startTestExecutor();
  const { apps } = test.executor;
  const { id } = await apps.create(null) ?? {};
  assert.ok(id !== undefined && isAppId(id));
  const second = await apps.save(id, draftOf("One", 1));
  assert.ok(second.type === "saved");
  assert.equal(second.app.version, 2);
  test.clock.advance(1_000);
  const same = await apps.save(id, draftOf("One", 2));
  assert.ok(same.type === "saved");
  assert.deepEqual(same.app, second.app, "the same content again, whatever the time");
  const third = await apps.save(id, draftOf("Two", 2));
  assert.ok(third.type === "saved");
  assert.equal(third.app.version, 3);
  assert.deepEqual(await apps.read(id), third.app);
  assert.deepEqual(await versionsOf(test, id), [1, 2, 3]);
});

Deno.test("save of a stale version is a conflict that shows the current one", async () => {
  await using test = await startTestExecutor();
  const { apps } = test.executor;
  const { id } = await test.add();
  await apps.save(id, draftOf("Theirs", 2));
  const mine = await apps.save(id, draftOf("Mine", 2));
  assert.ok(mine.type === "conflict");
  assert.equal(mine.current?.definition.name, "Theirs");
  assert.equal((await apps.read(id))?.version, 3);
  const future = await apps.save(id, draftOf("Mine", 9));
  assert.equal(future.type, "conflict");
});

Deno.test("save at the same moment: one wins, the other is a conflict", async () => {
  await using test = await startTestExecutor();
  const { apps } = test.executor;
  const { id } = await test.add();
  const results = await Promise.all(["A", "B", "C"].map((name) => apps.save(id, draftOf(name, 2))));
  assert.deepEqual(results.map(({ type }) => type).sort(), ["conflict", "conflict", "saved"]);
  assert.deepEqual(await versionsOf(test, id), [1, 2, 3]);
});

Deno.test("save refuses what is no definition, and an app that is gone", async () => {
  await using test = await startTestExecutor();
  const { apps } = test.executor;
  const { id } = await test.add();
  const invalid = await apps.save(id, { ...draftOf("One", 2), text: "{" });
  assert.ok(invalid.type === "invalid");
  assert.equal(invalid.problems.length, 1);
  assert.equal((await apps.save(UNKNOWN_APP, draftOf("One", 1))).type, "unknown-app");
  await apps.delete(id);
  assert.equal((await apps.save(id, draftOf("One", 2))).type, "unknown-app");
});

Deno.test("create copies an app under a name that says so, and fits", async () => {
  await using test = await startTestExecutor();
  const { apps } = test.executor;
  const { id, definition } = await test.add({ name: "x".repeat(80) });
  const copy = await apps.create(id);
  assert.equal(copy?.definition.name, `Copy of ${"x".repeat(72)}`);
  assert.deepEqual(copy?.definition.steps, definition.steps);
  assert.notEqual(copy?.id, id);
  assert.equal(await apps.create(UNKNOWN_APP), null);
  const odd = await test.add({ name: `${"x".repeat(71)}🎈yyyyyyy` });
  assert.ok((await apps.create(odd.id))?.definition.name.isWellFormed());
});

Deno.test("delete keeps the versions that tasks refer to, and else leaves nothing", async () => {
  await using test = await startTestExecutor();
  const { apps, tasks } = test.executor;
  const [used, unused] = [await test.add({ name: "Used" }), await test.add()];
  const taskId = await test.start(used.id);
  const run = await test.gates.next();
  assert.equal(await apps.delete(used.id), true);
  assert.equal(await apps.delete(unused.id), true);
  assert.equal(await apps.delete(unused.id), false);
  assert.equal(await apps.delete(UNKNOWN_APP), false);
  assert.deepEqual(await apps.list(), []);
  assert.equal(await apps.exists(used.id), false);
  assert.deepEqual(await versionsOf(test, unused.id), []);
  run.done();
  assert.equal((await test.ended(taskId)).status, "completed");
  assert.equal((await tasks.read(taskId))?.app.name, "Used");
  const result = await tasks.start(used.id, { source: "json", fields: {} }, { kind: "person" });
  assert.equal(result.type, "unknown-app");
});

Deno.test("start checks inputs against the app as it is, saved here or elsewhere", async () => {
  const kv = await Deno.openKv(":memory:");
  {
    await using test = await startTestExecutor({ kv });
    await using other = await startTestExecutor({ kv, clock: test.clock });
    const app = await test.add({ inputs: [TEXT_INPUT] });
    const withInput = (name: string) => {
      const step = { id: "only", name: "Only", kind: "gate" };
      return JSON.stringify({ inputs: [{ ...TEXT_INPUT, name }], steps: [step] });
    };
    await test.start(app.id, { text: "x" });
    await other.start(app.id, { text: "x" });
    for (const [i, name] of ["one", "two", "three"].entries()) {
      const draft = { name: "N", description: "", text: withInput(name), basedOn: i + 2 };
      assert.equal((await test.executor.apps.save(app.id, draft)).type, "saved");
      for (const each of [test, other]) {
        const task = await each.read(await each.start(app.id, { [name]: "x" }));
        assert.deepEqual(task.inputs, { [name]: "x" });
        assert.equal(task.app.version, i + 3);
      }
    }
    await test.executor.apps.delete(app.id);
    for (const { executor } of [test, other]) {
      const wrong = { source: "json", fields: { four: "x" } } as const;
      assert.equal(
        (await executor.tasks.start(app.id, wrong, { kind: "api" })).type,
        "unknown-app",
      );
    }
    for (const each of [test, other]) for (const run of each.gates.runs) run.done();
  }
  kv.close();
});

Deno.test("a task is not accepted of an app that is deleted in the same moment", async () => {
  await using test = await startTestExecutor();
  await using other = await startTestExecutor({ kv: test.kv, concurrency: 0 });
  const app = await test.add();
  const deleted = Promise.withResolvers<void>();
  test.kv.hooks = {
    async onCommit(seen, commit) {
      if (seen.mutations.some(({ key }) => key[0] === "task")) await deleted.promise;
      return await commit();
    },
  };
  const raw = { source: "json", fields: {} } as const;
  const starting = test.executor.tasks.start(app.id, raw, { kind: "api" });
  await other.executor.apps.delete(app.id);
  deleted.resolve();
  assert.equal((await starting).type, "unknown-app");
  assert.deepEqual((await test.executor.tasks.list({ limit: 5 })).rows, []);
  await test.kv.idle();
  assert.equal(test.gates.runs.length, 0);
});

Deno.test("a task is accepted of the version that is saved in the same moment", async () => {
  await using test = await startTestExecutor();
  await using other = await startTestExecutor({ kv: test.kv, concurrency: 0 });
  const app = await test.add();
  const saved = Promise.withResolvers<void>();
  test.kv.hooks = {
    async onCommit(seen, commit) {
      if (seen.mutations.some(({ key }) => key[0] === "task")) await saved.promise;
      return await commit();
    },
  };
  const starting = test.start(app.id);
  await other.executor.apps.save(app.id, draftOf("New", 2));
  saved.resolve();
  const taskId = await starting;
  assert.deepEqual((await test.read(taskId)).app.version, 3);
  (await test.gates.next("a")).done();
  assert.equal((await test.ended(taskId)).status, "completed");
});

Deno.test("list tells what lists show, in the order of making, with the last task", async () => {
  await using test = await startTestExecutor();
  const { apps } = test.executor;
  const one = await test.add({
    name: "One",
    steps: [...inARow("a", "b"), { id: "w", kind: "wait", config: { seconds: 1 } }, { id: "c" }],
  });
  const two = await test.add({ name: "Two", description: "The second" });
  const older = await test.start(two.id);
  const newer = await test.start(two.id);
  const [first, second, ...more] = await apps.list();
  assert.deepEqual(more, []);
  assert.deepEqual([first?.id, first?.kindLabels, first?.stepCount, first?.lastTask], [
    one.id,
    ["Gate", "Wait", "Gate"],
    4,
    null,
  ]);
  assert.deepEqual([second?.name, second?.description, second?.version], ["Two", "The second", 2]);
  assert.equal(second?.lastTask?.id, newer);
  assert.notEqual(second?.lastTask?.id, older);
  assert.deepEqual(await apps.names(), [{ id: one.id, name: "One" }, { id: two.id, name: "Two" }]);
  assert.deepEqual((await apps.readAll()).map(({ id }) => id), [one.id, two.id]);
  assert.deepEqual(await apps.levels(one), [["a", "w", "c"], ["b"]]);
});

Deno.test("seed adds its apps to a database that never had any, once", async () => {
  const kv = await Deno.openKv(":memory:");
  {
    await using test = await startTestExecutor({ kv });
    const { apps } = test.executor;
    let loads = 0;
    const load = () => {
      loads++;
      return Promise.resolve([definitionOf({ name: "One" }), definitionOf({ name: "Two" })]);
    };
    await Promise.all([apps.seed(load), apps.seed(load)]);
    const names = () => apps.names().then((list) => list.map(({ name }) => name));
    assert.deepEqual(await names(), ["One", "Two"]);
    for (const { id } of await apps.names()) await apps.delete(id);
    await using again = await startTestExecutor({ kv });
    loads = 0;
    await again.executor.apps.seed(load);
    assert.deepEqual(await names(), [], "what was deleted stays so");
    assert.equal(loads, 0, "they are not even loaded");
  }
  kv.close();
});

Deno.test("seed adds the apps that come with Callboard in one commit", async () => {
  await using test = await startTestExecutor({ concurrency: 0 });
  await test.executor.apps.seed(loadSeedApps);
  assert.equal(test.kv.commits.length, 1);
  const apps = await test.executor.apps.readAll();
  assert.deepEqual(apps.map(({ definition }) => definition), [...await loadSeedApps()]);
});

Deno.test("create and save are told apart from a commit that was applied although it failed", async () => {
  for (const fault of ["after", "twice"] as const) {
    await using test = await startTestExecutor();
    const { apps } = test.executor;
    test.kv.hooks = faultAt(1, fault, test);
    const app = await apps.create(null);
    assert.ok(app !== null);
    assert.deepEqual((await apps.list()).map(({ id }) => id), [app.id], `made once: ${fault}`);
    test.kv.hooks = faultAt(1, fault, test);
    const saved = await apps.save(app.id, draftOf("Saved", 1));
    assert.ok(saved.type === "saved", `${fault}: ${saved.type}`);
    assert.deepEqual(await apps.read(app.id), saved.app);
  }
});

Deno.test("create and save that were not applied say so", async () => {
  await using test = await startTestExecutor();
  const { apps } = test.executor;
  test.kv.hooks = faultAt(1, "before", test);
  await assert.rejects(apps.create(null), /before it was applied/);
  assert.deepEqual(await apps.list(), []);
  const app = await test.add();
  test.kv.hooks = faultAt(1, "before", test);
  await assert.rejects(apps.save(app.id, draftOf("Saved", app.version)), /before it was applied/);
  assert.equal((await apps.read(app.id))?.version, app.version);
});
