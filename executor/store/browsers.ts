import { z } from "zod";
import type { Database } from "./database.ts";
import { keys } from "./keys.ts";
import { parseStored } from "./unreadable.ts";
import { WriteSet } from "./write_set.ts";

/** A browser that has signed in before: when it last did, in epoch milliseconds. */
const BrowserRecord = z.object({ signedInAt: z.number() });
const BROWSER_BYTES = 40;

/** Reads and writes of browsers that are known, by the hash of their secret. */
export type BrowserStore = ReturnType<typeof createBrowserStore>;

export function createBrowserStore({ kv, committer }: Database) {
  return {
    /** When it last signed in; null where none has this hash. */
    async find(hash: string): Promise<number | null> {
      const { value, versionstamp } = await kv.get(keys.browser(hash));
      if (versionstamp === null) return null;
      return parseStored(BrowserRecord, value, "a browser").signedInAt;
    },

    async keep(hash: string, signedInAt: number, keptMs: number): Promise<void> {
      const key = keys.browser(hash);
      const writes = new WriteSet(`browser ${hash}`).set(
        key,
        { signedInAt },
        BROWSER_BYTES,
        keptMs,
      );
      await committer.commit(writes);
    },
  };
}
