import assert from "node:assert/strict";
import { inARow, TEXT_INPUT } from "../helpers/definitions.ts";
import { startTestExecutor } from "../helpers/executor.ts";
import { copiedIn, finishGates, forkOf, runGates, saveAgain } from "../helpers/forks.ts";

Deno.test("fork on the latest version copies only steps that are still the same", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ steps: inARow("a", "b", "c", "d") });
  const parentId = await runGates(test, app);
  const steps = inARow("a", "b", "c", "d").map((step) =>
    step.id === "b" ? { ...step, config: { text: "other" } } : { ...step, timeout: 30 }
  );
  const saved = await saveAgain(test, app, { steps });
  const latest = await test.read(await forkOf(test, parentId, { from: "d" }));
  assert.equal(latest.app.version, saved.version);
  assert.deepEqual(copiedIn(latest), ["a"], "c needs b, which has changed");
  const same = await test.read(await forkOf(test, parentId, { from: "d", version: "same" }));
  assert.equal(same.app.version, app.version);
  assert.deepEqual(copiedIn(same), ["a", "b", "c"]);
});

Deno.test("fork of a deleted app runs its own version, and no latest one", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ steps: inARow("a", "b") });
  const parentId = await runGates(test, app);
  await test.executor.apps.delete(app.id);
  const choice = { from: "b", version: "latest" } as const;
  assert.deepEqual(await test.executor.tasks.fork(parentId, choice), { type: "unknown-app" });
  const forkId = await forkOf(test, parentId, { from: "b", version: "same" });
  await test.executor.tasks.delete(parentId);
  await finishGates(test, ["b"]);
  assert.equal((await test.ended(forkId)).status, "completed");
});

Deno.test("fork on the latest version checks the inputs again", async () => {
  await using test = await startTestExecutor();
  const note = { name: "note", label: "Note", type: "text", default: "as usual" };
  const app = await test.add({ inputs: [TEXT_INPUT, note] });
  const parentId = await runGates(test, app, {}, { text: "hello", note: null });
  const tone = { name: "tone", label: "Tone", type: "text", default: "plain" };
  const wider = await saveAgain(test, app, { inputs: [TEXT_INPUT, note, tone] });
  const fork = await test.read(await forkOf(test, parentId));
  assert.deepEqual(fork.inputs, { text: "hello", tone: "plain" }, "what was left empty stays so");
  const inputs = [{ ...TEXT_INPUT, maxLength: 3 }, { ...note, required: true }];
  const narrower = await saveAgain(test, wider, { inputs });
  const refused = await test.executor.tasks.fork(parentId, { from: null, version: "latest" });
  assert.equal(refused.type, "invalid");
  if (refused.type !== "invalid") return;
  assert.equal(refused.app.version, narrower.version);
  assert.deepEqual(Object.keys(refused.errors), ["text", "note"]);
  await saveAgain(test, narrower, { inputs: [note] });
  const undeclared = await test.executor.tasks.fork(parentId, { from: null, version: "latest" });
  assert.equal(undeclared.type, "invalid");
  assert.deepEqual((await test.read(await forkOf(test, parentId, { version: "same" }))).inputs, {
    text: "hello",
  });
});

Deno.test("fork with other inputs runs the steps that read what has changed", async () => {
  await using test = await startTestExecutor();
  const steps = [
    { id: "a", config: { text: "{{ inputs.text }}" } },
    { id: "b", config: { text: "{{ inputs.tone }}" } },
    { id: "c", config: { text: '{% assign name = "text" %}{{ inputs[name] }}' } },
    { id: "d", needs: ["a", "b", "c"] },
  ];
  const tone = { name: "tone", label: "Tone", type: "text" };
  const app = await test.add({ steps, inputs: [TEXT_INPUT, tone] });
  const parentId = await runGates(test, app, {}, { text: "one", tone: "plain" });
  const fields = { text: "two", tone: "plain" };
  const inputs = { source: "json", fields } as const;
  const fork = await test.read(await forkOf(test, parentId, { from: "d", inputs }));
  assert.deepEqual(fork.inputs, fields);
  assert.deepEqual(copiedIn(fork), ["b"]);
});

Deno.test("fork of a task whose version is lost runs the latest, with nothing copied", async () => {
  await using test = await startTestExecutor();
  const app = await test.add({ steps: inARow("a", "b") });
  const parentId = await runGates(test, app);
  await saveAgain(test, app, { steps: inARow("a", "b"), description: "New" });
  const atomic = test.kv.atomic();
  atomic.delete(["app_version", app.id, app.version]);
  await atomic.commit();
  await using later = await startTestExecutor({ kv: test.kv, clock: test.clock, concurrency: 0 });
  const names = (await later.read(parentId)).steps.map(({ id, name }) => [id, name]);
  assert.deepEqual(names, [["a", "a"], ["b", "b"]], "of its steps only the ids are known");
  const same = await later.executor.tasks.fork(parentId, { from: "b", version: "same" });
  assert.deepEqual(same, { type: "unknown-app" });
  assert.deepEqual(copiedIn(await later.read(await forkOf(later, parentId, { from: "b" }))), []);
});
