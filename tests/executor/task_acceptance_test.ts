import assert from "node:assert/strict";
import { inARow, TEXT_INPUT } from "../helpers/definitions.ts";
import { startTestExecutor } from "../helpers/executor.ts";
import { keysUnder } from "../helpers/kv_probe.ts";

const RAW = { source: "json", fields: {} } as const;
const PERSON = { kind: "person" } as const;

/** Two executors on one database: what one does, the other has not heard of. */
async function twoExecutors() {
  const here = await startTestExecutor();
  const elsewhere = await startTestExecutor({ kv: here.kv, clock: here.clock });
  return { here, elsewhere };
}

Deno.test("start races with a save elsewhere: the task gets the version just saved", async () => {
  const { here, elsewhere } = await twoExecutors();
  await using _here = here;
  await using _elsewhere = elsewhere;
  const app = await here.add({ steps: inARow("a") });
  await here.start(app.id);
  const text = JSON.stringify({ steps: [{ id: "z", name: "Z", kind: "gate" }] });
  const draft = { name: "New", description: "", text, basedOn: app.version };
  assert.equal((await elsewhere.executor.apps.save(app.id, draft)).type, "saved");
  const task = await here.read(await here.start(app.id));
  assert.equal(task.app.version, app.version + 1);
  assert.deepEqual(task.steps.map(({ id }) => id), ["z"]);
});

Deno.test("start races with a deletion elsewhere: no task of an app without versions", async () => {
  const { here, elsewhere } = await twoExecutors();
  await using _here = here;
  await using _elsewhere = elsewhere;
  const app = await here.add();
  const raw = { source: "json", fields: { unknown: 1 } } as const;
  assert.equal((await here.executor.tasks.start(app.id, raw, PERSON)).type, "invalid");
  assert.equal(await elsewhere.executor.apps.delete(app.id), true);
  assert.deepEqual(await here.executor.tasks.start(app.id, RAW, PERSON), { type: "unknown-app" });
  assert.deepEqual((await here.executor.tasks.list({ limit: 10 })).rows, []);
});

Deno.test("start gives its place back when the app is gone", async () => {
  const { here, elsewhere } = await twoExecutors();
  await using _here = here;
  await using _elsewhere = elsewhere;
  const gone = await here.add();
  await here.executor.tasks.start(gone.id, { source: "json", fields: { unknown: 1 } }, PERSON);
  await elsewhere.executor.apps.delete(gone.id);
  for (let i = 0; i < 100; i++) await here.executor.tasks.start(gone.id, RAW, PERSON);
  const app = await here.add();
  const task = await here.read(await here.start(app.id));
  assert.notEqual(task.startedAt, null, "it had to queue: the places were not given back");
});

Deno.test("start that is refused at the last moment leaves no parts of its inputs", async () => {
  const { here, elsewhere } = await twoExecutors();
  await using _here = here;
  await using _elsewhere = elsewhere;
  const app = await here.add({ inputs: [TEXT_INPUT] });
  await here.executor.tasks.start(app.id, { source: "json", fields: { unknown: 1 } }, PERSON);
  await elsewhere.executor.apps.delete(app.id);
  const long = { source: "json", fields: { text: "long ".repeat(50_000) } } as const;
  const result = await here.executor.tasks.start(app.id, long, PERSON);
  assert.deepEqual(result, { type: "unknown-app" });
  assert.deepEqual(await keysUnder(here.kv, "part"), []);
  assert.deepEqual(await keysUnder(here.kv, "parts_before"), []);
});
