import { type PersonRecord, SessionRecord } from "./access_records.ts";
import { type Database, deleteKey } from "./database.ts";
import { keys } from "./keys.ts";
import {
  type Membership,
  PEOPLE_LANE,
  PERSON_BYTES,
  savePerson,
  type StoredPerson,
} from "./people.ts";
import { parseStored } from "./unreadable.ts";
import { WriteSet } from "./write_set.ts";

/** A session as stored. */
export interface StoredSession {
  readonly hash: string;
  readonly record: SessionRecord;
  readonly versionstamp: string;
}

/** A session to be stored. */
export interface NewSession {
  readonly hash: string;
  readonly record: SessionRecord;
  /** Milliseconds after which the database forgets it. */
  readonly keptMs: number;
}

const SESSION_BYTES = 250;

/** Reads and writes of sessions. */
export type SessionStore = ReturnType<typeof createSessionStore>;

export function createSessionStore(database: Database) {
  const { kv, committer } = database;

  return {
    async read(hash: string): Promise<StoredSession | null> {
      const { value, versionstamp } = await kv.get(keys.session(hash));
      if (versionstamp === null) return null;
      return { hash, record: parseStored(SessionRecord, value, "a session"), versionstamp };
    },

    /** Begins a session of whoever knows the password. */
    async start(session: NewSession): Promise<void> {
      await committer.commit(setSession(new WriteSet(session.hash), session));
    },

    /** Begins a person's session in the commit that says who they are; false where they changed since. */
    async startOf(session: NewSession, before: Membership, next: PersonRecord): Promise<boolean> {
      return (await committer.commit(setSession(savePerson(before, next), session))).ok;
    },

    /** Notes when a session and its person were last seen, unless either changed since. */
    async see(
      { versionstamp }: StoredSession,
      next: NewSession,
      person: StoredPerson | null,
    ): Promise<void> {
      const writes = new WriteSet(PEOPLE_LANE)
        .check(keys.session(next.hash), versionstamp);
      if (person !== null) {
        const { record } = person;
        writes.check(keys.person(record.id), person.versionstamp)
          .set(keys.person(record.id), { ...record, seenAt: next.record.seenAt }, PERSON_BYTES);
      }
      await committer.commit(setSession(writes, next));
    },

    end: (hash: string) => deleteKey(database, keys.session(hash)),
  };
}

function setSession(writes: WriteSet, { hash, record, keptMs }: NewSession): WriteSet {
  return writes.set(keys.session(hash), record, SESSION_BYTES, keptMs);
}
