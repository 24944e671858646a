import type { App } from "../app.ts";
import { Definition } from "../definition/schema.ts";
import type { TaskRow } from "../task.ts";
import { decodeText, encodeText } from "./bodies.ts";
import { type Database, deleteBelow, deleteKey } from "./database.ts";
import { keys } from "./keys.ts";
import { AppRecord, AppVersionRecord, TaskRowRecord } from "./records.ts";
import { parseStored } from "./unreadable.ts";
import { WriteSet } from "./write_set.ts";

/** How a save ended. `conflict`: somebody else saved since, or deleted the app (`current` null). */
export type SaveResult =
  | { readonly type: "saved"; readonly app: App }
  | { readonly type: "conflict"; readonly current: App | null };

/** A current version as last read. A commit that checks `versionstamp` makes sure that it still is. */
export interface CurrentApp {
  readonly app: App;
  readonly versionstamp: string;
}

/** Versions are immutable, so the last few used are kept in memory. */
const CACHED_VERSIONS = 50;

/** Reads and writes of apps and their versions. */
export type AppStore = ReturnType<typeof createAppStore>;

export function createAppStore(database: Database) {
  const { kv, committer } = database;
  const versions = new Map<string, App>();
  const current = new Map<string, CurrentApp>();

  async function readRecord(appId: string) {
    const { value, versionstamp } = await kv.get(keys.app(appId));
    return versionstamp === null ? null : { record: AppRecord.parse(value), versionstamp };
  }

  /** @throws {UnreadableError} where what stands there is no version of an app. */
  async function readVersion(appId: string, version: number): Promise<App | null> {
    const cacheKey = `${appId}@${version}`;
    const cached = versions.get(cacheKey);
    if (cached !== undefined) return cached;
    const { value, versionstamp } = await kv.get(keys.appVersion(appId, version));
    if (versionstamp === null) return null;
    const what = `version ${version} of app "${appId}"`;
    const { definition, savedAt } = parseStored(AppVersionRecord, value, what);
    const parsed = parseStored(Definition, parseJson(decodeText(definition)), what);
    const app = { id: appId, version, definition: parsed, savedAt };
    remember(versions, cacheKey, app);
    return app;
  }

  function writesOf(app: App, expected: string | null): WriteSet {
    const definition = encodeText(JSON.stringify(app.definition));
    return new WriteSet(app.id)
      .check(keys.app(app.id), expected)
      .set(keys.app(app.id), recordOf(app), 10_000)
      .set(
        keys.appVersion(app.id, app.version),
        { definition, savedAt: app.savedAt } satisfies AppVersionRecord,
        definition.length + 100,
      );
  }

  /** False where another version is there. The commit may throw, or be refused, and yet be applied. */
  async function writeOnce(app: App, expected: string | null): Promise<boolean> {
    const writes = writesOf(app, expected);
    const result = await committer.commit(writes).catch((error) => ({ ok: false, error }));
    if (result.ok) return true;
    const stored = await readCurrent(app.id);
    const isOurs = stored?.version === app.version && stored.savedAt === app.savedAt &&
      isSame(stored.definition, app.definition);
    if (!isOurs && "error" in result) throw result.error;
    return isOurs;
  }

  async function readCurrent(appId: string): Promise<App | null> {
    const stored = await readRecord(appId);
    return stored === null ? null : await readVersion(appId, stored.record.version);
  }

  async function lastTaskOf(appId: string): Promise<TaskRow | null> {
    const selector = { prefix: keys.history({ app: appId }) };
    for await (const { value } of kv.list(selector, { limit: 1, reverse: true })) {
      return TaskRowRecord.safeParse(value).data ?? null;
    }
    return null;
  }

  return {
    readCurrent,
    readVersion,

    /**
     * The current version, from memory where it is there. Somebody may have saved or deleted the app
     * since: check its versionstamp in the commit that relies on it, and `forget` it when refused.
     */
    async assumeCurrent(appId: string): Promise<CurrentApp | null> {
      const assumed = current.get(appId);
      if (assumed !== undefined) return assumed;
      const stored = await readRecord(appId);
      const app = stored && await readVersion(appId, stored.record.version);
      if (stored === null || app === null) return null;
      const read = { app, versionstamp: stored.versionstamp };
      remember(current, appId, read);
      return read;
    },

    forget: (appId: string): void => void current.delete(appId),

    lastTaskOf,

    async exists(appId: string): Promise<boolean> {
      return await readRecord(appId) !== null;
    },

    async list(): Promise<AppRecord[]> {
      const records: AppRecord[] = [];
      for await (const { value } of kv.list({ prefix: keys.apps() })) {
        records.push(AppRecord.parse(value));
      }
      return records;
    },

    async create(app: App): Promise<void> {
      if (await writeOnce(app, null)) return;
      throw new Error(`Cannot create app "${app.id}": it exists already`);
    },

    /** Saves `app` as the version after `basedOn`. The same content again makes no new version. */
    async save(
      appId: string,
      basedOn: number,
      definition: Definition,
      savedAt: number,
    ): Promise<SaveResult> {
      const stored = await readRecord(appId);
      const current = stored && await readVersion(appId, stored.record.version);
      if (stored === null || current === null) return { type: "conflict", current: null };
      if (isSame(current.definition, definition)) return { type: "saved", app: current };
      if (current.version !== basedOn) return { type: "conflict", current };
      const app = { id: appId, version: basedOn + 1, definition, savedAt };
      if (await writeOnce(app, stored.versionstamp)) return { type: "saved", app };
      return { type: "conflict", current: await readCurrent(appId) };
    },

    /** Deletes an app; its versions stay while a task refers to them. False when there is none. */
    async delete(appId: string): Promise<boolean> {
      const stored = await readRecord(appId);
      if (stored === null) return false;
      await committer.commit(new WriteSet(appId).delete(keys.app(appId)));
      if (await lastTaskOf(appId) === null) {
        await deleteBelow(database, keys.appVersions(appId));
        await deleteKey(database, keys.slotFreed(appId));
      }
      return true;
    },

    /**
     * Adds apps to a database that never had any; once, even when two processes start at once.
     * They are only loaded where they are needed.
     */
    async seed(load: () => Promise<readonly App[]>): Promise<void> {
      const { versionstamp } = await kv.get(keys.seeded());
      if (versionstamp !== null) return;
      const apps = await load();
      const writes = new WriteSet("seed").check(keys.seeded(), null).set(keys.seeded(), true, 10);
      for (const app of apps) {
        const each = writesOf(app, null);
        writes.checks.push(...each.checks);
        writes.mutations.push(...each.mutations);
        writes.valueBytes += each.valueBytes;
        writes.keyBytes += each.keyBytes;
      }
      await committer.commit(writes);
    },
  };
}

function recordOf({ id, version, definition, savedAt }: App): AppRecord {
  const { name, description, steps } = definition;
  return { id, name, description, version, savedAt, kinds: steps.map(({ kind }) => kind) };
}

/** Undefined where it is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isSame(a: Definition, b: Definition): boolean {
  return JSON.stringify(Definition.parse(a)) === JSON.stringify(Definition.parse(b));
}

/** Keeps the last few entries. */
function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.set(key, value);
  if (map.size > CACHED_VERSIONS) map.delete(map.keys().next().value ?? "");
}
