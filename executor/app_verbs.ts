import type { App, AppSummary } from "./app.ts";
import { blankApp } from "./apps/blank.ts";
import { type Definition, MAX_NAME_LENGTH } from "./definition/schema.ts";
import type { TypedDefinitionProblem } from "./definition/typed_definition.ts";
import type { Grants } from "./live/grants.ts";
import type { RunContext } from "./run/context.ts";
import type { SaveResult } from "./store/apps.ts";
import type { AppRecord } from "./store/records.ts";

/** What somebody typed into an app's editor. */
export interface AppDraft {
  readonly name: string;
  readonly description: string;
  /** JSON of `inputs`, `steps` and `outputs`. */
  readonly text: string;
  /** The version it was made from. */
  readonly basedOn: number;
}

/** How a save ended. `invalid`: nothing was saved; the problems say where and why. */
export type SaveAppResult =
  | SaveResult
  | {
    readonly type: "invalid";
    readonly current: App;
    readonly problems: readonly TypedDefinitionProblem[];
  }
  | { readonly type: "unknown-app" };

/** What people do with apps. */
export interface Apps {
  /** Every app as lists show it, in the order they were made. */
  list(): Promise<AppSummary[]>;
  names(): Promise<{ readonly id: string; readonly name: string }[]>;
  /** The current version of every app. */
  readAll(): Promise<App[]>;
  read(appId: string): Promise<App | null>;
  exists(appId: string): Promise<boolean>;
  /** A blank app, or a copy of `from`; null where that does not exist. */
  create(from: string | null): Promise<App | null>;
  /** Saves the version after `basedOn`. The same content again makes no new version. */
  save(appId: string, draft: AppDraft): Promise<SaveAppResult>;
  /** False when there is no such app. Its tasks stay. */
  delete(appId: string): Promise<boolean>;
  /** Adds apps to a database that never had any; `load` is not called for another one. */
  seed(load: () => Promise<readonly Definition[]>): Promise<void>;
  /** Step ids in the order they can run; the steps of one level run in parallel. */
  levels(app: App): Promise<readonly (readonly string[])[]>;
}

export function createApps(context: RunContext, grants: Grants): Apps {
  const { store, kinds, clock, ids, planOf } = context;
  const { apps } = store;

  function newApp(definition: Definition): App {
    const now = clock.now();
    return { id: ids.app(now), version: 1, definition, savedAt: now };
  }

  async function summaryOf(record: AppRecord): Promise<AppSummary> {
    const { kinds: words, ...rest } = record;
    const labels = words.map((word) => kinds.get(word)?.label ?? word);
    return {
      ...rest,
      kindLabels: labels.filter((label, i) => label !== labels[i - 1]),
      stepCount: words.length,
      lastTask: await apps.lastTaskOf(record.id),
    };
  }

  return {
    read: apps.readCurrent,
    exists: apps.exists,
    levels: async (app) => (await planOf(app)).levels,

    async list() {
      return await Promise.all((await apps.list()).map(summaryOf));
    },

    async names() {
      return (await apps.list()).map(({ id, name }) => ({ id, name }));
    },

    async readAll() {
      const all = await Promise.all((await apps.list()).map(({ id }) => apps.readCurrent(id)));
      return all.filter((app): app is App => app !== null);
    },

    async create(from) {
      const source = from === null ? null : await apps.readCurrent(from);
      if (from !== null && source === null) return null;
      const app = newApp(source === null ? blankApp : copyOf(source.definition));
      await apps.create(app);
      return app;
    },

    async save(appId, { basedOn, ...draft }) {
      const current = await apps.readCurrent(appId);
      if (current === null) return { type: "unknown-app" };
      const { parseDefinitionText } = await import("./definition/typed_definition.ts");
      const parsed = await parseDefinitionText(draft, kinds);
      if (!parsed.ok) return { type: "invalid", current, problems: parsed.problems };
      return await apps.save(appId, basedOn, parsed.definition, clock.now());
    },

    async delete(appId) {
      const wasThere = await apps.delete(appId);
      const links = wasThere ? await store.links.removeAllTo(appId) : [];
      for (const linkId of links) await grants.end(linkId);
      return wasThere;
    },

    async seed(load) {
      await apps.seed(async () => (await load()).map(newApp));
    },
  };
}

function copyOf(definition: Definition): Definition {
  const name = `Copy of ${definition.name}`.slice(0, MAX_NAME_LENGTH);
  return { ...definition, name: name.toWellFormed() };
}
