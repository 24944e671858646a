import type { Grant, Grants } from "../live/grants.ts";
import type { RunContext } from "../run/context.ts";
import type { PersonRecord } from "../store/access_records.ts";
import type { ApiKeyRecord, StoredApiKey } from "../store/api_keys.ts";
import { MAX_TRIES, type Person } from "./people.ts";
import type { Scope } from "./roles.ts";
import { hashSecret, newSecret } from "./secrets.ts";
import { grantOfStay } from "./stay.ts";

/** An API key, without its secret, which nobody can tell any more. Times are epoch milliseconds. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: number;
  /** The name of whoever created it, as it was then. */
  readonly createdBy: string;
  /** Null where it is good until somebody revokes it. */
  readonly expiresAt: number | null;
  /** When it was last used, to the minute; null for never. */
  readonly usedAt: number | null;
  /** The person whose own it is; null where it is nobody's own. */
  readonly owner: { readonly id: string } | null;
  /** Whether its owner had signed in under another realm: it is good for nothing in this one. */
  readonly isOutdated: boolean;
}

/** A key to be made. */
export interface NewApiKey extends Pick<ApiKey, "name" | "scopes" | "createdBy" | "expiresAt"> {
  /** The person whose own it will be; nobody's where it is absent. */
  readonly ownerId?: string;
}

/** A key that is good right now. */
export interface GoodApiKey extends Pick<ApiKey, "id" | "name" | "scopes"> {
  /** Its owner as they are now: it may not do what they may not. Null where it is nobody's own. */
  readonly owner: Pick<Person, "id" | "name" | "role"> | null;
  /** What has to stand for as long as something is open by it: the key, and its owner. */
  readonly grants: readonly Grant[];
}

/** How an attempt to create a key ended. The secret is told this once; only its hash is kept. */
export type CreateKeyResult =
  | { readonly type: "created"; readonly key: ApiKey; readonly secret: string }
  | { readonly type: "too-many"; readonly limit: number }
  /** Its owner was removed just now. */
  | { readonly type: "unknown-owner" };

/** The keys that programs use. */
export interface ApiKeys {
  /** @param key Its name has 1 to 80 characters. */
  create(key: NewApiKey): Promise<CreateKeyResult>;
  /** Newest first, also those that have expired. */
  list(): Promise<ApiKey[]>;
  /** The key as it was; null where there is none of that id. What is open with it ends. */
  revoke(keyId: string): Promise<ApiKey | null>;
  /**
   * The key that a secret is; null where it is none, has expired or was revoked, or its owner was
   * removed, or had signed in under another realm.
   */
  whoHas(secret: string): Promise<GoodApiKey | null>;
}

/** More would not be looked after by anybody. Those of one person take nothing from others. */
const MAX_KEYS = 200;
const MAX_OWN_KEYS = 20;
/** How often it is noted that a key was used. */
const USED_MS = 60_000;
const SECRET = /^cbk_[\w-]{43}$/;

export interface ApiKeysOptions
  extends Pick<RunContext, "store" | "clock" | "ids" | "onUnexpected"> {
  readonly grants: Grants;
}

/** @param realm People's own keys made under another one are worth nothing: another provider. */
export function createApiKeys(options: ApiKeysOptions, realm: string): ApiKeys {
  const { store, clock, ids, onUnexpected, grants } = options;
  const { apiKeys, people } = store;
  const beingNoted = new Set<string>();
  let lastMade: Promise<unknown> = Promise.resolve();
  let realmHashed: Promise<string> | null = null;

  const realmHash = () => realmHashed ??= hashSecret(realm);

  function isCurrent({ expiresAt }: ApiKeyRecord): boolean {
    return expiresAt === null || clock.now() < expiresAt;
  }

  async function find(keyId: string): Promise<StoredApiKey | null> {
    return (await apiKeys.list()).find(({ record }) => record.id === keyId) ?? null;
  }

  /** A key that is good now, and the person whose own it is. */
  async function findGood(hash: string) {
    const stored = await apiKeys.read(hash);
    if (stored === null || !isCurrent(stored.record)) return null;
    const { owner } = stored.record;
    if (owner === null) return { stored, person: null };
    const person = await people.read(owner.id);
    const isGood = person?.record.stay === owner.stay && owner.realm === await realmHash();
    return isGood ? { stored, person } : null;
  }

  function grantsOf({ hash, record: { id, expiresAt, owner } }: StoredApiKey): Grant[] {
    const key = { id, expiresAt, isGood: async () => await findGood(hash) !== null };
    return owner === null ? [key] : [key, grantOfStay(people, owner)];
  }

  /** Nobody waits for it, and nobody is refused where it fails. */
  function noteUse(stored: StoredApiKey): void {
    const { hash, record: { usedAt } } = stored;
    const now = clock.now();
    if (beingNoted.has(hash) || usedAt !== null && now - usedAt < USED_MS) return;
    beingNoted.add(hash);
    apiKeys.use(stored, now)
      .catch((error) => onUnexpected(error, "API key"))
      .finally(() => beingNoted.delete(hash));
  }

  /** Makes a key, or says why not; null where another was made, or its owner changed, meanwhile. */
  async function tryToCreate({ ownerId, scopes, ...rest }: NewApiKey) {
    const person = ownerId === undefined ? null : await people.read(ownerId);
    if (ownerId !== undefined && person === null) return { type: "unknown-owner" } as const;
    const here = await realmHash();
    const owner = person && { id: person.record.id, stay: person.record.stay, realm: here };
    const limit = owner === null ? MAX_KEYS : MAX_OWN_KEYS;
    const before = await apiKeys.readBefore(person);
    const alike = before.all.filter(({ record }) => record.owner?.id === owner?.id);
    if (alike.length >= limit) return { type: "too-many", limit } as const;
    const secret = newSecret("cbk_");
    const createdAt = clock.now();
    const known = { ...rest, scopes: [...scopes], owner, createdAt, usedAt: null };
    const record: ApiKeyRecord = { id: ids.key(createdAt), ...known };
    const isAdded = await apiKeys.add(await hashSecret(secret), record, before);
    return isAdded ? { type: "created", key: keyOf(record, here), secret } as const : null;
  }

  async function createUntilSettled(key: NewApiKey): Promise<CreateKeyResult> {
    for (let tries = 1; tries <= MAX_TRIES; tries++) {
      const result = await tryToCreate(key);
      if (result !== null) return result;
    }
    throw new Error(`Cannot create API key "${key.name}": others were made ${MAX_TRIES} times`);
  }

  return {
    async create(key) {
      // One after the other: those made at once in other processes are enough to try again for.
      const act = () => createUntilSettled(key);
      const made = lastMade.then(act, act);
      lastMade = made;
      return await made;
    },

    async list() {
      const here = await realmHash();
      const keys = (await apiKeys.list()).map(({ record }) => keyOf(record, here));
      return keys.toSorted((a, b) => a.id < b.id ? 1 : -1);
    },

    async revoke(keyId) {
      const stored = await find(keyId);
      if (stored === null) return null;
      await apiKeys.remove(stored.hash);
      await grants.end(keyId);
      return keyOf(stored.record, await realmHash());
    },

    async whoHas(secret) {
      if (!SECRET.test(secret)) return null;
      const found = await findGood(await hashSecret(secret));
      if (found === null) return null;
      const { stored, person } = found;
      noteUse(stored);
      const { id, name, scopes } = stored.record;
      const owner = person && ownerOf(person.record);
      return { id, name, scopes, owner, grants: grantsOf(stored) };
    },
  };
}

function keyOf({ owner, ...rest }: ApiKeyRecord, realmHash: string): ApiKey {
  const isOutdated = owner !== null && owner.realm !== realmHash;
  return { ...rest, owner: owner && { id: owner.id }, isOutdated };
}

function ownerOf({ id, name, role }: PersonRecord): GoodApiKey["owner"] {
  return { id, name, role };
}
