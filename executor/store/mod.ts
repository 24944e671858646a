import { type ApiKeyStore, createApiKeyStore } from "./api_keys.ts";
import { type AppStore, createAppStore } from "./apps.ts";
import type { Database } from "./database.ts";
import { type AuditStore, createAuditStore } from "./audit.ts";
import { createDeletions, type Deletions } from "./deletions.ts";
import { createForkStore, type ForkStore } from "./forks.ts";
import { createHistory, type History } from "./history.ts";
import { createLimitStore, type LimitStore } from "./limits.ts";
import { createPeopleStore, type PeopleStore } from "./people.ts";
import type { Ring } from "./keys.ts";
import { createLinkStore, type LinkStore } from "./links.ts";
import { createQueue, type Queue } from "./queue.ts";
import { createRequestStore, type RequestStore } from "./requests.ts";
import { type BrowserStore, createBrowserStore } from "./browsers.ts";
import { createSessionStore, type SessionStore } from "./sessions.ts";
import { createSetAside, type SetAside } from "./set_aside.ts";
import { createSlotStore, type SlotStore } from "./slots.ts";
import { createTaskStore, type TaskStore } from "./tasks.ts";
import { createTextStore, type TextStore } from "./texts.ts";
import { createUntidy, type Untidy } from "./untidy.ts";
import { removeUnaccepted, sweepUnaccepted } from "./unaccepted.ts";
import { createVisitStore, type VisitStore } from "./visits.ts";
import { createWatches, type Watches, type WatchSource } from "./watches.ts";
import { WriteSet } from "./write_set.ts";

/** All that Callboard keeps, in Deno KV. */
export interface Store {
  readonly apps: AppStore;
  readonly tasks: TaskStore;
  readonly texts: TextStore;
  readonly forks: ForkStore;
  readonly links: LinkStore;
  readonly visits: VisitStore;
  readonly requests: RequestStore;
  readonly apiKeys: ApiKeyStore;
  readonly limits: LimitStore;
  readonly audit: AuditStore;
  readonly history: History;
  readonly queue: Queue;
  readonly people: PeopleStore;
  readonly browsers: BrowserStore;
  readonly sessions: SessionStore;
  readonly setAside: SetAside;
  readonly slots: SlotStore;
  readonly deletions: Deletions;
  readonly untidy: Untidy;
  /** Removes what was written for a task that was refused. */
  removeUnaccepted(taskId: string): Promise<void>;
  /** Removes what was written for tasks which then were never accepted. */
  sweepUnaccepted(): Promise<void>;
  /** Null where the database belongs to this process alone. */
  readonly watches: Watches | null;
  /** Tells other processes, where there are any. */
  ring(ring: Ring): Promise<void>;
  /** Throws when the database does not answer. */
  ping(): Promise<void>;
}

/** @param source What watching other processes takes; null where there are none. */
export function createStore(database: Database, source: WatchSource | null = null): Store {
  const slots = createSlotStore(database);
  return {
    apps: createAppStore(database),
    tasks: createTaskStore(database, slots.tellFreed),
    texts: createTextStore(database),
    forks: createForkStore(database),
    links: createLinkStore(database),
    visits: createVisitStore(database),
    requests: createRequestStore(database),
    apiKeys: createApiKeyStore(database),
    limits: createLimitStore(database),
    audit: createAuditStore(database),
    history: createHistory(database),
    queue: createQueue(database),
    people: createPeopleStore(database),
    browsers: createBrowserStore(database),
    sessions: createSessionStore(database),
    setAside: createSetAside(database),
    slots,
    deletions: createDeletions(database),
    untidy: createUntidy(database),
    removeUnaccepted: (taskId) => removeUnaccepted(database, taskId),
    sweepUnaccepted: () => sweepUnaccepted(database),
    watches: source === null ? null : createWatches(source),
    async ring(ring) {
      if (database.shared !== null) {
        await database.committer.commit(new WriteSet("bell").ring(ring));
      }
    },
    ping: async () => void await database.kv.get(["ping"]),
  };
}
