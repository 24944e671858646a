import { z } from "zod";
import { SCOPES } from "../access/roles.ts";
import { type Database, deleteKey } from "./database.ts";
import { keys } from "./keys.ts";
import { PEOPLE_LANE, type StoredPerson } from "./people.ts";
import { parseStored } from "./unreadable.ts";
import { WriteSet } from "./write_set.ts";

/** An API key, under the hash of its secret. Times are epoch milliseconds. */
const ApiKeyRecord = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  createdAt: z.number(),
  /** The name, then, of whoever created it. */
  createdBy: z.string(),
  expiresAt: z.number().nullable(),
  usedAt: z.number().nullable(),
  /**
   * The person whose it is, their stay, which it ends with, and the hash of the realm it is good in.
   * Null for one of nobody's own.
   */
  owner: z.object({ id: z.string(), stay: z.string(), realm: z.string().default("") })
    .nullable().default(null),
});
export type ApiKeyRecord = z.infer<typeof ApiKeyRecord>;

export interface StoredApiKey {
  readonly hash: string;
  readonly record: ApiKeyRecord;
  readonly versionstamp: string;
}

/** What a new key was held against. */
export interface BeforeKey {
  /** Every key there was. */
  readonly all: readonly StoredApiKey[];
  /** Another once a key has been added since. */
  readonly made: string | null;
  /** Whose own it will be; null where it will be nobody's. */
  readonly owner: StoredPerson | null;
}

/** Both names are short. */
const API_KEY_BYTES = 1_400;
const MADE_BYTES = 10;
/** New keys share a lane: within one commit no check sees what the others set. */
const API_KEYS_LANE = "api keys";

/** Reads and writes of API keys. */
export type ApiKeyStore = ReturnType<typeof createApiKeyStore>;

export function createApiKeyStore(database: Database) {
  const { kv, committer } = database;
  const remove = (hash: string) => deleteKey(database, keys.apiKey(hash));

  async function list(): Promise<StoredApiKey[]> {
    const found: StoredApiKey[] = [];
    for await (const { key, value, versionstamp } of kv.list({ prefix: keys.apiKeys() })) {
      const record = parseStored(ApiKeyRecord, value, "an API key");
      found.push({ hash: String(key[1]), record, versionstamp });
    }
    return found;
  }

  return {
    async read(hash: string): Promise<StoredApiKey | null> {
      const { value, versionstamp } = await kv.get(keys.apiKey(hash));
      if (versionstamp === null) return null;
      return { hash, record: parseStored(ApiKeyRecord, value, "an API key"), versionstamp };
    },

    list,

    /** All that decides whether one more may be; `add` refuses where that has changed. */
    async readBefore(owner: StoredPerson | null): Promise<BeforeKey> {
      const { versionstamp: made } = await kv.get(keys.apiKeyMade());
      return { all: await list(), made, owner };
    },

    /** False, and nothing added, where another key was, or the owner has changed, since. */
    async add(hash: string, record: ApiKeyRecord, { made, owner }: BeforeKey): Promise<boolean> {
      const writes = setKey(new WriteSet(API_KEYS_LANE, PEOPLE_LANE), hash, record)
        .check(keys.apiKeyMade(), made)
        .set(keys.apiKeyMade(), true, MADE_BYTES);
      if (owner !== null) writes.check(keys.person(owner.record.id), owner.versionstamp);
      return (await committer.commit(writes)).ok;
    },

    /** Notes when a key was last used, unless it has changed or was revoked since. */
    async use({ hash, record, versionstamp }: StoredApiKey, usedAt: number): Promise<void> {
      const writes = new WriteSet(hash).check(keys.apiKey(hash), versionstamp);
      await committer.commit(setKey(writes, hash, { ...record, usedAt }));
    },

    remove,

    /** Removes all that are a person's own, of this stay. */
    async removeOf(stay: string): Promise<void> {
      const own = (await list()).filter(({ record }) => record.owner?.stay === stay);
      for (const { hash } of own) await remove(hash);
    },
  };
}

function setKey(writes: WriteSet, hash: string, record: ApiKeyRecord): WriteSet {
  return writes.set(keys.apiKey(hash), record, API_KEY_BYTES);
}
