import { z } from "zod";
import { type Link, type LinkTarget, type ListedLink, SHOWN_PARTS, targetId } from "../link.ts";
import type { Database } from "./database.ts";
import { keys, rowKey } from "./keys.ts";
import type { KvRead } from "./kv.ts";
import { WriteSet } from "./write_set.ts";

/** A link as it is kept: what opens it only as a hash. */
export interface StoredLink extends Link {
  readonly hash: string;
}

/** How making a link ended. */
export type AddedLink = "added" | "too-many" | "unknown-target";

const Target = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("task"), taskId: z.string() }),
  z.object({ kind: z.literal("app"), appId: z.string(), tokensPerDay: z.number() }),
]);
const LinkRecord = z.object({
  id: z.string(),
  hash: z.string(),
  target: Target,
  show: z.array(z.enum(SHOWN_PARTS)),
  origins: z.array(z.string()),
  createdAt: z.number(),
  expiresAt: z.number(),
  createdBy: z.string(),
  makerId: z.string().optional(),
}) satisfies z.ZodType<StoredLink>;
const LinkPlace = z.object({ hash: z.string() });
const LinksTo = z.array(z.object({ id: z.string(), hash: z.string(), expiresAt: z.number() }));
type LinksTo = z.infer<typeof LinksTo>;
const Views = z.number();

/** Keys one `getMany` takes. */
const KEYS_A_READ = 10;
/** Most tries against others who change the same target's links. */
const MAX_TRIES = 50;

/** Reads and writes of links. Those that have expired are as good as gone, and go by themselves. */
export type LinkStore = ReturnType<typeof createLinkStore>;

export function createLinkStore(database: Database) {
  const { kv, committer } = database;

  async function readList(id: string) {
    const { value, versionstamp } = await kv.get(keys.linksTo(id));
    return { links: versionstamp === null ? [] : LinksTo.parse(value), versionstamp };
  }

  async function readAll(wanted: readonly Deno.KvKey[]): Promise<KvRead[]> {
    const found: KvRead[] = [];
    for (let first = 0; first < wanted.length; first += KEYS_A_READ) {
      found.push(...await kv.getMany(wanted.slice(first, first + KEYS_A_READ)));
    }
    return found;
  }

  /** Null where others changed the list meanwhile. */
  async function tryAdd(link: StoredLink, limit: number): Promise<AddedLink | null> {
    const { target, createdAt: now } = link;
    const id = targetId(target);
    const [list, { versionstamp }] = await Promise.all([readList(id), kv.get(targetKey(target))]);
    if (versionstamp === null) return "unknown-target";
    const live = list.links.filter(({ expiresAt }) => expiresAt > now);
    if (live.length >= limit) return "too-many";
    const { hash, expiresAt } = link;
    const keptMs = expiresAt - now;
    const writes = new WriteSet(`links ${id}`)
      .check(targetKey(target), versionstamp)
      .check(keys.linksTo(id), list.versionstamp)
      .set(keys.link(hash), link, sizeOf(link), keptMs)
      .set(keys.linkPlace(link.id), { hash }, 100, keptMs);
    setList(writes, id, [...live, { id: link.id, hash, expiresAt }], now);
    return (await committer.commit(writes)).ok ? "added" : null;
  }

  /** False where others changed the list meanwhile. */
  async function tryRemove({ id: linkId, hash, target }: StoredLink, now: number) {
    const id = targetId(target);
    const { links, versionstamp } = await readList(id);
    const left = links.filter((link) => link.id !== linkId && link.expiresAt > now);
    const writes = new WriteSet(`links ${id}`).check(keys.linksTo(id), versionstamp);
    for (const key of keysOf({ id: linkId, hash })) writes.delete(key);
    setList(writes, id, left, now);
    return (await committer.commit(writes)).ok;
  }

  /** Null where there is no such link. */
  async function readById(linkId: string): Promise<StoredLink | null> {
    const place = LinkPlace.safeParse((await kv.get(keys.linkPlace(linkId))).value);
    return place.success ? await readByHash(place.data.hash) : null;
  }

  async function readByHash(hash: string): Promise<StoredLink | null> {
    const { value, versionstamp } = await kv.get(keys.link(hash));
    return versionstamp === null ? null : LinkRecord.parse(value);
  }

  return {
    /** Adds a link, unless there are `limit` to its target already. */
    async add(link: StoredLink, limit: number): Promise<AddedLink> {
      for (let tries = 1; tries <= MAX_TRIES; tries++) {
        const result = await tryAdd(link, limit);
        if (result !== null) return result;
      }
      throw new Error(
        `Cannot add a link to "${targetId(link.target)}": others do at the same time`,
      );
    },

    /** Null where no link has this hash. */
    async find(hash: string): Promise<Link | null> {
      const stored = await readByHash(hash);
      return stored && linkOf(stored);
    },

    /** Null where there is no such link. */
    findById: readById,

    async exists(linkId: string): Promise<boolean> {
      return (await kv.get(keys.linkPlace(linkId))).versionstamp !== null;
    },

    /** The links to a task or an app, oldest first, with how often each was opened. */
    async list(id: string): Promise<ListedLink[]> {
      const { links } = await readList(id);
      const [records, views] = await Promise.all([
        readAll(links.map(({ hash }) => keys.link(hash))),
        readAll(links.map((link) => keys.linkViews(link.id))),
      ]);
      return records.flatMap(({ value }, i) => {
        const record = LinkRecord.safeParse(value);
        return record.success
          ? [{ ...linkOf(record.data), views: Views.safeParse(views[i]?.value).data ?? 0 }]
          : [];
      });
    },

    /** Those that a person has made. Looks at every link there is. */
    async listOfMaker(makerId: string): Promise<Link[]> {
      const found: Link[] = [];
      for await (const { value } of kv.list({ prefix: keys.links() })) {
        const { data } = LinkRecord.safeParse(value);
        if (data?.makerId === makerId) found.push(linkOf(data));
      }
      return found;
    },

    /** The link that was removed; null where there is none. */
    async remove(
      linkId: string,
      { kind, now }: { readonly kind?: LinkTarget["kind"]; readonly now: number },
    ): Promise<Link | null> {
      for (let tries = 1; tries <= MAX_TRIES; tries++) {
        const stored = await readById(linkId);
        if (stored === null || (kind ?? stored.target.kind) !== stored.target.kind) return null;
        if (await tryRemove(stored, now)) return linkOf(stored);
      }
      throw new Error(`Cannot remove link "${linkId}": others change links at the same time`);
    },

    /** Removes every link to what is gone. Their ids, for those who hold them open. */
    removeAllTo: (id: string): Promise<string[]> => deleteLinksTo(database, id),

    /** Adds to how often a link was opened; false where others did meanwhile, or it has gone. */
    async addViews(link: Link, views: number, now: number): Promise<boolean> {
      const [place, counted] = await kv.getMany([keys.linkPlace(link.id), keys.linkViews(link.id)]);
      if (place === undefined || counted === undefined || place.versionstamp === null) return false;
      const sum = (Views.safeParse(counted.value).data ?? 0) + views;
      const writes = new WriteSet(`views ${link.id}`)
        .check(keys.linkPlace(link.id), place.versionstamp)
        .check(keys.linkViews(link.id), counted.versionstamp)
        .set(keys.linkViews(link.id), sum, 20, Math.max(1, link.expiresAt - now));
      return (await committer.commit(writes)).ok;
    },
  };
}

/** What goes when a target does, so that nobody can make another link to it: of a task its row. */
function targetKey(target: LinkTarget): Deno.KvKey {
  return target.kind === "task" ? rowKey(target.taskId) : keys.app(target.appId);
}

function linkOf({ hash: _, ...link }: StoredLink): Link {
  return link;
}

function keysOf({ id, hash }: { readonly id: string; readonly hash: string }) {
  return [keys.link(hash), keys.linkPlace(id), keys.linkViews(id), keys.linkUse(id)];
}

function setList(writes: WriteSet, id: string, links: LinksTo, now: number): void {
  const key = keys.linksTo(id);
  if (links.length === 0) writes.delete(key);
  else {
    const keptMs = Math.max(...links.map(({ expiresAt }) => expiresAt)) - now;
    writes.set(key, links, links.length * 150, keptMs);
  }
}

function sizeOf({ origins, createdBy }: Link): number {
  return 600 + createdBy.length * 2 + origins.reduce((sum, { length }) => sum + length * 2 + 10, 0);
}

/** Removes every link to a task or an app that is gone; their ids. */
export async function deleteLinksTo({ kv, committer }: Database, id: string): Promise<string[]> {
  const { value, versionstamp } = await kv.get(keys.linksTo(id));
  if (versionstamp === null) return [];
  const links = LinksTo.parse(value);
  const writes = new WriteSet(`links ${id}`).delete(keys.linksTo(id));
  for (const link of links) for (const key of keysOf(link)) writes.delete(key);
  await committer.commit(writes);
  return links.map((link) => link.id);
}
