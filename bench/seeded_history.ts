import { type App, loadSeedApps, openKv } from "../executor/mod.ts";
import { createIds } from "../executor/ids.ts";
import { encodeText } from "../executor/store/bodies.ts";
import { createDatabase } from "../executor/store/database.ts";
import { historyKeys, keys } from "../executor/store/keys.ts";
import { Body, StepRecord, TaskRecord } from "../executor/store/records.ts";
import { createStore } from "../executor/store/mod.ts";
import { rowOf } from "../executor/store/tasks.ts";
import { WriteSet } from "../executor/store/write_set.ts";

/** Time between two tasks of the history. */
const GAP_MS = 1_000;
/** Handed to the committer at once, which puts as many into a commit as the database takes. */
const TASKS_AT_ONCE = 2_000;
/** Over what each value takes: the largest are the rows, of about 250 bytes. */
const VALUE_BYTES = 500;

/**
 * Fills a new database with tasks that have completed, each with all its records, and closes it.
 *
 * @returns the id of the task in the middle of the history.
 */
export async function seedHistory(path: string, count: number): Promise<string> {
  const { kv, close } = await openKv(path);
  const ids = createIds(Math.random);
  const database = createDatabase(kv, ids);
  const now = Date.now();
  const apps = (await loadSeedApps()).map((definition): App => (
    { id: ids.app(now), version: 1, definition, savedAt: now }
  ));
  await createStore(database).apps.seed(() => Promise.resolve(apps));
  let middle = "";
  for (let first = 0; first < count; first += TASKS_AT_ONCE) {
    const end = Math.min(count, first + TASKS_AT_ONCE);
    const records = Array.from({ length: end - first }, (_, i) => {
      const createdAt = now - (count - first - i) * GAP_MS;
      return completedTask(ids.task(createdAt), appAt(apps, first + i), createdAt);
    });
    const results = await Promise.all(
      records.map((record) => database.committer.commit(writesOf(record))),
    );
    if (!results.every(({ ok }) => ok)) throw new Error("Cannot seed: a commit was refused");
    middle = records[Math.floor(count / 2) - first]?.id ?? middle;
  }
  close();
  return middle;
}

function appAt(apps: readonly App[], index: number): App {
  const app = apps[index % apps.length];
  if (app === undefined) throw new Error("Cannot seed: there is no app");
  return app;
}

function completedTask(id: string, { id: appId, definition }: App, createdAt: number): TaskRecord {
  const [startedAt, finishedAt] = [createdAt + 1, createdAt + 4];
  const ended = { status: "completed", attempt: 1, startedAt, finishedAt } as const;
  return TaskRecord.parse({
    id,
    revision: 4,
    writer: "seed",
    app: { id: appId, name: definition.name, version: 1 },
    origin: { kind: "person" },
    createdAt,
    state: { status: "completed", startedAt, finishedAt },
    steps: Object.fromEntries(definition.steps.map((step) => [step.id, ended])),
    dueAt: null,
  });
}

/** What a task leaves behind. */
function writesOf(record: TaskRecord): WriteSet {
  const { id, app, state } = record;
  const writes = new WriteSet(id)
    .check(keys.task(id), null)
    .set(keys.task(id), record, VALUE_BYTES)
    .set(keys.inputs(id), bodyOf("{}"), VALUE_BYTES);
  for (const stepId of Object.keys(record.steps)) {
    const result = StepRecord.parse({ format: "text", body: bodyOf("done"), error: null });
    writes.set(keys.step(id, stepId), result, VALUE_BYTES);
  }
  for (const key of historyKeys(id, app.id, state.status)) {
    writes.set(key, rowOf(record), VALUE_BYTES);
  }
  return writes;
}

function bodyOf(text: string): Body {
  return { place: "inline", bytes: encodeText(text), characters: text.length };
}
