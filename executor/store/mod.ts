import { type AppStore, createAppStore } from "./apps.ts";
import type { Database } from "./database.ts";
import { createDeletions, type Deletions } from "./deletions.ts";
import { createForkStore, type ForkStore } from "./forks.ts";
import { createHistory, type History } from "./history.ts";
import { createQueue, type Queue } from "./queue.ts";
import { createSetAside, type SetAside } from "./set_aside.ts";
import { createTaskStore, type TaskStore } from "./tasks.ts";
import { createTextStore, type TextStore } from "./texts.ts";
import { sweepUnaccepted } from "./unaccepted.ts";

/** All that Callboard keeps, in Deno KV. */
export interface Store {
  readonly apps: AppStore;
  readonly tasks: TaskStore;
  readonly texts: TextStore;
  readonly forks: ForkStore;
  readonly history: History;
  readonly queue: Queue;
  readonly setAside: SetAside;
  readonly deletions: Deletions;
  /** Removes what was written for tasks which then were never accepted. */
  sweepUnaccepted(): Promise<void>;
  /** Throws when the database does not answer. */
  ping(): Promise<void>;
}

export function createStore(database: Database): Store {
  return {
    apps: createAppStore(database),
    tasks: createTaskStore(database),
    texts: createTextStore(database),
    forks: createForkStore(database),
    history: createHistory(database),
    queue: createQueue(database),
    setAside: createSetAside(database),
    deletions: createDeletions(database),
    sweepUnaccepted: () => sweepUnaccepted(database),
    ping: async () => void await database.kv.get(["ping"]),
  };
}
