import { type App, loadSeedApps, openKv } from "../executor/mod.ts";
import type { Definition } from "../executor/definition/schema.ts";
import { createIds } from "../executor/ids.ts";
import { encodeText } from "../executor/store/bodies.ts";
import { createDatabase, type Database } from "../executor/store/database.ts";
import { historyKeys, keys } from "../executor/store/keys.ts";
import { Body, StepRecord, TaskRecord } from "../executor/store/records.ts";
import { createStore } from "../executor/store/mod.ts";
import { rowOf } from "../executor/store/tasks.ts";
import { WriteSet } from "../executor/store/write_set.ts";
import { STEPS_IN_A_ROW } from "./no_op_app.ts";

/** A database with tasks that have ended, each with all its records. */
export interface SeededTasks {
  readonly path: string;
  readonly count: number;
  /** Ids of the task in the middle of the history, and of one that a last page lies behind. */
  readonly middle: string;
  readonly last: string;
}

/** Time between two tasks of the history. */
const GAP_MS = 1_000;
/** Handed to the committer at once, which puts as many into a commit as the database takes. */
const TASKS_AT_ONCE = 2_000;
/** One task of so many has failed. */
const FAILED_EVERY = 20;
const TASKS_A_PAGE = 25;
/** Over what each value takes: the largest are the records, of about 400 bytes. */
const VALUE_BYTES = 600;
const RESULT = bodyOf("What a step makes: a sentence or two, as a short answer has them.");
const NO_INPUTS = bodyOf("{}");
const ERROR = "It was refused: try again in a minute";
const DONE = StepRecord.parse({ format: "text", body: RESULT, error: null });
const FAILED = StepRecord.parse({ format: "text", body: null, error: ERROR });

/** Fills a new database with so many tasks of the seed apps and of the no-op app, and closes it. */
export async function seedTasks(path: string, count: number): Promise<SeededTasks> {
  const { kv, close } = await openKv(path);
  const ids = createIds(Math.random);
  const database = createDatabase(kv, ids);
  const now = Date.now();
  const definitions: readonly Definition[] = [STEPS_IN_A_ROW, ...await loadSeedApps()];
  const apps = definitions.map((definition): App => (
    { id: ids.app(now), version: 1, definition, savedAt: now }
  ));
  await createStore(database).apps.seed(() => Promise.resolve(apps));
  let [middle, last] = ["", ""];
  let committed = Promise.resolve(); // while these are written, the next are put together
  for (let first = 0; first < count; first += TASKS_AT_ONCE) {
    const end = Math.min(count, first + TASKS_AT_ONCE);
    const writes: WriteSet[] = [];
    for (let index = first; index < end; index++) {
      const createdAt = now - (count - index) * GAP_MS;
      const id = ids.task(createdAt);
      writes.push(writesOf(endedTask(id, appAt(apps, index), createdAt, index)));
      if (index === Math.floor(count / 2)) middle = id;
      if (index === TASKS_A_PAGE) last = id;
    }
    await committed;
    committed = commitAll(database, writes);
  }
  await committed;
  close();
  return { path, count, middle, last };
}

async function commitAll({ committer }: Database, all: readonly WriteSet[]): Promise<void> {
  const results = await Promise.all(all.map((writes) => committer.commit(writes)));
  if (!results.every(({ ok }) => ok)) throw new Error("Cannot seed: a commit was refused");
}

function appAt(apps: readonly App[], index: number): App {
  const app = apps[index % apps.length];
  if (app === undefined) throw new Error("Cannot seed: there is no app");
  return app;
}

interface EndedTask {
  readonly record: TaskRecord;
  readonly definition: Definition;
}

function endedTask(id: string, app: App, createdAt: number, index: number): EndedTask {
  const { definition } = app;
  const [startedAt, finishedAt] = [createdAt + 1, createdAt + 4];
  const status = index % FAILED_EVERY === 0 ? "failed" : "completed";
  const attempt = { status: "completed", attempt: 1, startedAt, finishedAt };
  const steps = definition.steps.map(({ id }): [string, unknown] => [id, { ...attempt }]);
  const lastStep = definition.steps.at(-1)?.id ?? "";
  const error = { stepId: lastStep, message: ERROR };
  const failed = { ...Object.fromEntries(steps), [lastStep]: { ...attempt, status } };
  const record = TaskRecord.parse({
    id,
    revision: 4,
    writer: "seed",
    app: { id: app.id, name: definition.name, version: 1 },
    origin: { kind: "person" },
    createdAt,
    state: { status, startedAt, finishedAt, ...(status === "failed" && { error }) },
    steps: failed,
    dueAt: null,
  });
  return { record, definition };
}

/** What a task leaves behind. */
function writesOf({ record, definition }: EndedTask): WriteSet {
  const { id, app, state, steps } = record;
  const writes = new WriteSet(id)
    .check(keys.task(id), null)
    .set(keys.task(id), record, VALUE_BYTES + definition.steps.length * 100)
    .set(keys.inputs(id), NO_INPUTS, VALUE_BYTES);
  for (const [stepId, step] of Object.entries(steps)) {
    writes.set(keys.step(id, stepId), step.status === "failed" ? FAILED : DONE, VALUE_BYTES);
  }
  if (state.status === "completed") {
    for (const { name } of definition.outputs) {
      writes.set(keys.output(id, name), RESULT, VALUE_BYTES);
    }
  }
  for (const key of historyKeys(id, app.id, state.status)) {
    writes.set(key, rowOf(record), VALUE_BYTES);
  }
  return writes;
}

function bodyOf(text: string): Body {
  return { place: "inline", bytes: encodeText(text), characters: text.length };
}
