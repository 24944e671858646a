import type { Database } from "./database.ts";
import { keys } from "./keys.ts";
import { RequestRecord } from "./records.ts";
import type { WriteSet } from "./write_set.ts";

/** A request that made a task, remembered so that sending it again makes no second one. */
export interface NewRequest {
  /** Names it among all requests; short, whatever the client called it. */
  readonly name: string;
  /** Tells what was asked for from anything else. */
  readonly fingerprint: string;
}

/** How long a request is remembered, at least. The database itself then forgets it. */
export const REQUEST_KEPT_MS = 24 * 60 * 60 * 1_000;
const REQUEST_BYTES = 200;

/** Reads requests that made tasks. */
export type RequestStore = ReturnType<typeof createRequestStore>;

export function createRequestStore({ kv }: Database) {
  return {
    /** Null where no task was made by a request of this name, or it is too long ago. */
    async read(name: string): Promise<RequestRecord | null> {
      const { value, versionstamp } = await kv.get(keys.request(name));
      return versionstamp === null ? null : RequestRecord.parse(value);
    },
  };
}

/** Makes the commit of a new task the one that remembers its request; refused where there is one. */
export function setRequest(
  writes: WriteSet,
  taskId: string,
  { name, fingerprint }: NewRequest,
): void {
  const record: RequestRecord = { taskId, fingerprint };
  writes.check(keys.request(name), null)
    .set(keys.request(name), record, REQUEST_BYTES, REQUEST_KEPT_MS);
}

/** Two of the same name in one commit would both find that there is none yet. */
export function laneOf({ name }: NewRequest): string {
  return `request ${name}`;
}
