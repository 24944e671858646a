import { monotonicFactory } from "ulid";

const ULID = "[0-7][0-9a-hjkmnp-tv-z]{25}";
const TASK_ID = new RegExp(`^tsk_${ULID}$`);
const APP_ID = new RegExp(`^app_${ULID}$`);

/** Makes ids: `tsk_` or `app_` and a ULID in small letters, sortable by time, never a secret. */
export interface Ids {
  task(now: number): string;
  app(now: number): string;
  /** A name for something nobody sorts: a part set, a writer, a lease. */
  nonce(): string;
}

/** Ids that grow strictly within one process, also where the clock stands still or goes back. */
export function createIds(random: () => number): Ids {
  const ulid = monotonicFactory(random);
  const writer = Math.floor(random() * 2 ** 40).toString(36);
  let count = 0;
  return {
    task: (now) => `tsk_${ulid(now).toLowerCase()}`,
    app: (now) => `app_${ulid(now).toLowerCase()}`,
    nonce: () => `${writer}${(count++).toString(36).padStart(4, "0")}`,
  };
}

export function isTaskId(text: string): boolean {
  return TASK_ID.test(text);
}

export function isAppId(text: string): boolean {
  return APP_ID.test(text);
}
