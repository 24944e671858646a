import { z } from "zod";
import type { Database } from "./database.ts";
import { keys } from "./keys.ts";
import { parseStored } from "./unreadable.ts";
import { WriteSet } from "./write_set.ts";

/** How much of a limit has been taken in one window. */
const LimitRecord = z.object({ taken: z.number() });
const LIMIT_BYTES = 40;

/** One window of a limit. Times are in milliseconds. */
export interface LimitWindow {
  readonly name: string;
  readonly startsAt: number;
  readonly limit: number;
  /** How long it is remembered. */
  readonly keptMs: number;
}

/** Counts what is taken of limits, for all processes. */
export type LimitStore = ReturnType<typeof createLimitStore>;

export function createLimitStore({ kv, committer }: Database) {
  return {
    /**
     * Takes `wanted` of what is left, or as many as are left: how many.
     *
     * @throws when the database fails: as many may have been taken, or none.
     */
    async take(window: LimitWindow, wanted: number): Promise<number> {
      const { name, startsAt, limit, keptMs } = window;
      const key = keys.limit(name, startsAt);
      // A try is vain only where another process has taken meanwhile, which ends at the limit.
      for (;;) {
        const { value, versionstamp } = await kv.get(key);
        const taken = versionstamp === null ? 0 : parseStored(LimitRecord, value, "a limit").taken;
        const granted = Math.min(wanted, Math.max(0, limit - taken));
        if (granted === 0) return 0;
        const writes = new WriteSet(`limit ${name}`)
          .check(key, versionstamp)
          .set(key, { taken: taken + granted }, LIMIT_BYTES, keptMs);
        if ((await committer.commit(writes)).ok) return granted;
      }
    },
  };
}
