import type { Grants } from "../live/grants.ts";
import type { RunContext } from "../run/context.ts";
import type { ApiKeyRecord, StoredApiKey } from "../store/api_keys.ts";
import type { Scope } from "./roles.ts";
import { hashSecret, newSecret } from "./secrets.ts";

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
}

/** A key to be made. */
export type NewApiKey = Pick<ApiKey, "name" | "scopes" | "createdBy" | "expiresAt">;

/** How an attempt to create a key ended. The secret is told this once; only its hash is kept. */
export type CreateKeyResult =
  | { readonly type: "created"; readonly key: ApiKey; readonly secret: string }
  | { readonly type: "too-many"; readonly limit: number };

/** The keys that programs use. */
export interface ApiKeys {
  /** @param key Its name has 1 to 80 characters. */
  create(key: NewApiKey): Promise<CreateKeyResult>;
  /** Newest first, also those that have expired. */
  list(): Promise<ApiKey[]>;
  /** The key as it was; null where there is none of that id. What is open with it ends. */
  revoke(keyId: string): Promise<ApiKey | null>;
  /** The key that a secret is; null where it is none, has expired or was revoked. */
  whoHas(secret: string): Promise<ApiKey | null>;
  /** Whether it has neither expired nor been revoked. */
  isGood(keyId: string): Promise<boolean>;
}

/** More would not be looked after by anybody. */
const MAX_KEYS = 200;
/** How often it is noted that a key was used. */
const USED_MS = 60_000;
const SECRET = /^cbk_[\w-]{43}$/;

export interface ApiKeysOptions
  extends Pick<RunContext, "store" | "clock" | "ids" | "onUnexpected"> {
  readonly grants: Grants;
}

export function createApiKeys(options: ApiKeysOptions): ApiKeys {
  const { store, clock, ids, onUnexpected, grants } = options;
  const { apiKeys } = store;
  const beingNoted = new Set<string>();

  function isCurrent({ expiresAt }: ApiKeyRecord): boolean {
    return expiresAt === null || clock.now() < expiresAt;
  }

  async function find(keyId: string): Promise<StoredApiKey | null> {
    return (await apiKeys.list()).find(({ record }) => record.id === keyId) ?? null;
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

  return {
    async create({ name, scopes, createdBy, expiresAt }) {
      if ((await apiKeys.list()).length >= MAX_KEYS) return { type: "too-many", limit: MAX_KEYS };
      const secret = newSecret("cbk_");
      const createdAt = clock.now();
      const rest = { name, scopes: [...scopes], createdAt, createdBy, expiresAt, usedAt: null };
      const key: ApiKeyRecord = { id: ids.key(createdAt), ...rest };
      await apiKeys.add(await hashSecret(secret), key);
      return { type: "created", key, secret };
    },

    async list() {
      const keys = (await apiKeys.list()).map(({ record }) => record);
      return keys.toSorted((a, b) => a.id < b.id ? 1 : -1);
    },

    async revoke(keyId) {
      const stored = await find(keyId);
      if (stored === null) return null;
      await apiKeys.remove(stored.hash);
      await grants.end(keyId);
      return stored.record;
    },

    async whoHas(secret) {
      if (!SECRET.test(secret)) return null;
      const stored = await apiKeys.read(await hashSecret(secret));
      if (stored === null || !isCurrent(stored.record)) return null;
      noteUse(stored);
      return stored.record;
    },

    async isGood(keyId) {
      const stored = await find(keyId);
      return stored !== null && isCurrent(stored.record);
    },
  };
}
