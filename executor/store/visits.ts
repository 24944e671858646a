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

/** What the tasks of a link have used on a day (`2026-11-22`, in UTC), and which of them run. */
const LinkUse = z.object({
  day: z.string(),
  /** Of tasks started on that day that had ended when this was written. */
  tokens: z.number(),
  /** Those that had not ended then, each with the day it was started on; ten at most. */
  open: z.array(z.object({ taskId: z.string(), day: z.string() })),
});
export type LinkUse = z.infer<typeof LinkUse>;

/** A link's use, and what fences a change of it: the use itself, and the link as long as it stands. */
export interface StoredLinkUse {
  readonly use: LinkUse | null;
  readonly versionstamp: string | null;
  readonly linkVersionstamp: string;
}

/** A change of a link's use, refused where another one came first or the link has gone. */
export interface LinkUseChange {
  readonly linkId: string;
  readonly before: StoredLinkUse;
  readonly next: LinkUse;
  readonly keptMs: number;
}

/** A visit, kept in the commit that makes its task, which is then among the link's open ones. */
export interface NewVisit {
  readonly hash: string;
  readonly visit: Omit<VisitRecord, "taskId">;
  readonly keptMs: number;
  /** The link's use without it. */
  readonly change: LinkUseChange;
}

const VISIT_BYTES = 250;
const USE_BYTES = 1_500;

/** Reads and writes of visits, and of what they cost. */
export type VisitStore = ReturnType<typeof createVisitStore>;

export function createVisitStore(database: Database) {
  const { kv, committer } = database;
  return {
    /** Null where no visit has this hash. */
    async find(hash: string): Promise<VisitRecord | null> {
      const { value, versionstamp } = await kv.get(keys.visit(hash));
      return versionstamp === null ? null : parseStored(VisitRecord, value, "a visit");
    },

    /** Null where the link has gone. */
    async readUse(linkId: string): Promise<StoredLinkUse | null> {
      const [stored, link] = await kv.getMany([keys.linkUse(linkId), keys.linkPlace(linkId)]);
      if (stored === undefined || !link?.versionstamp) return null;
      const { value, versionstamp } = stored;
      const use = versionstamp === null ? null : parseStored(LinkUse, value, "a link's use");
      return { use, versionstamp, linkVersionstamp: link.versionstamp };
    },

    /** Writes down which tasks have ended; left for the next time where others do the same. */
    async saveUse(change: LinkUseChange): Promise<void> {
      const writes = new WriteSet(laneOf(change));
      setUse(writes, change);
      await committer.commit(writes);
    },
  };
}

/** Makes the commit of a new task the one that keeps the visit, and counts it among its link's. */
export function setVisit(writes: WriteSet, taskId: string, made: NewVisit): void {
  const { hash, visit, keptMs, change } = made;
  const { day, open } = change.next;
  const record: VisitRecord = { ...visit, taskId };
  writes.set(keys.visit(hash), record, VISIT_BYTES, keptMs);
  setUse(writes, { ...change, next: { ...change.next, open: [...open, { taskId, day }] } });
}

/** Two of one link in one commit would both find its use as it was. */
export function laneOf({ linkId }: LinkUseChange): string {
  return `use of ${linkId}`;
}

function setUse(writes: WriteSet, { linkId, before, next, keptMs }: LinkUseChange): void {
  writes.check(keys.linkPlace(linkId), before.linkVersionstamp)
    .check(keys.linkUse(linkId), before.versionstamp)
    .set(keys.linkUse(linkId), next, USE_BYTES, keptMs);
}
