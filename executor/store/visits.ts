import { z } from "zod";
import type { Database } from "./database.ts";
import { keys } from "./keys.ts";
import { parseStored } from "./unreadable.ts";
import { WriteSet } from "./write_set.ts";

/** A task that a visitor has started through a link, as it is kept. */
const VisitRecord = z.object({
  taskId: z.string(),
  /** Of the secret of the link: with the link the visit goes. */
  linkHash: z.string(),
  expiresAt: z.number(),
});
export type VisitRecord = z.infer<typeof VisitRecord>;
const Tokens = z.number();

/** One day of a link's spending: `2026-11-22`, in UTC. */
export interface LinkDay {
  readonly linkId: string;
  readonly day: string;
}

/** What tasks of one link and day have used: those that are settled, and the others one by one. */
export interface Spending {
  readonly tokens: number;
  readonly versionstamp: string | null;
  /** Ids of tasks whose tokens are not among them yet. */
  readonly open: readonly string[];
}

/** How long a day's spending is kept, counted from its last change: longer than the day lasts. */
const SPENDING_KEPT_MS = 48 * 60 * 60 * 1_000;

/** Reads and writes of visits, and of what they cost. */
export type VisitStore = ReturnType<typeof createVisitStore>;

export function createVisitStore(database: Database) {
  const { kv, committer } = database;
  return {
    /** Keeps a visit, and counts its task among those that spend on this day. */
    async add(hash: string, visit: VisitRecord, at: LinkDay & { now: number }): Promise<void> {
      const { linkId, day, now } = at;
      const writes = new WriteSet(`visit ${hash}`)
        .set(keys.visit(hash), visit, 250, Math.max(1, visit.expiresAt - now))
        .set(keys.linkRun(linkId, day, visit.taskId), true, 10, SPENDING_KEPT_MS);
      await committer.commit(writes);
    },

    /** Null where no visit has this hash. */
    async find(hash: string): Promise<VisitRecord | null> {
      const { value, versionstamp } = await kv.get(keys.visit(hash));
      return versionstamp === null ? null : parseStored(VisitRecord, value, "a visit");
    },

    async spending({ linkId, day }: LinkDay): Promise<Spending> {
      const { value, versionstamp } = await kv.get(keys.linkSpent(linkId, day));
      const open: string[] = [];
      for await (const { key } of kv.list({ prefix: keys.linkRuns(linkId, day) })) {
        open.push(String(key.at(-1)));
      }
      return { tokens: Tokens.safeParse(value).data ?? 0, versionstamp, open };
    },

    /** Adds what tasks have used that have ended; left for the next time where others do the same. */
    async settle(
      { linkId, day }: LinkDay,
      before: Spending,
      ended: ReadonlyMap<string, number>,
    ): Promise<void> {
      const tokens = [...ended.values()].reduce((sum, each) => sum + each, before.tokens);
      const sum = keys.linkSpent(linkId, day);
      const writes = new WriteSet(`spending ${linkId}`)
        .check(sum, before.versionstamp)
        .set(sum, tokens, 20, SPENDING_KEPT_MS);
      for (const taskId of ended.keys()) writes.delete(keys.linkRun(linkId, day, taskId));
      await committer.commit(writes);
    },
  };
}
