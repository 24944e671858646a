import { AdminsRecord, PersonRecord } from "./access_records.ts";
import type { Database } from "./database.ts";
import { keys } from "./keys.ts";
import type { KvRead } from "./kv.ts";
import { parseStored } from "./unreadable.ts";
import { WriteSet } from "./write_set.ts";

/** A person as stored. */
export interface StoredPerson {
  readonly record: PersonRecord;
  readonly versionstamp: string;
}

/** A person beside all admins, as they were read together. */
export interface Membership {
  /** Null where they never signed in, or have been removed. */
  readonly person: StoredPerson | null;
  readonly admins: readonly string[];
  /** Null where nobody has ever been one. */
  readonly adminsVersionstamp: string | null;
}

/** Changes of people share a lane: within one commit no check sees what the others set. */
export const PEOPLE_LANE = "people";

/** With the longest name and address there may be. */
export const PERSON_BYTES = 1_500;

/** Reads and writes of people. A write is refused, and false, where they have changed since. */
export type PeopleStore = ReturnType<typeof createPeopleStore>;

export function createPeopleStore({ kv, committer }: Database) {
  async function commit(writes: WriteSet): Promise<boolean> {
    return (await committer.commit(writes)).ok;
  }

  return {
    async read(personId: string): Promise<StoredPerson | null> {
      return personOf(await kv.get(keys.person(personId)), personId);
    },

    async readMembership(personId: string): Promise<Membership> {
      const [person = NOTHING, admins = NOTHING] = await kv.getMany([
        keys.person(personId),
        keys.admins(),
      ]);
      return {
        person: personOf(person, personId),
        admins: admins.versionstamp === null
          ? []
          : parseStored(AdminsRecord, admins.value, "who is an admin"),
        adminsVersionstamp: admins.versionstamp,
      };
    },

    async list(): Promise<PersonRecord[]> {
      const people: PersonRecord[] = [];
      for await (const { key, value } of kv.list({ prefix: keys.people() })) {
        people.push(parseStored(PersonRecord, value, `person "${String(key[1])}"`));
      }
      return people;
    },

    save: (before: Membership, next: PersonRecord) => commit(savePerson(before, next)),

    async remove({ record: { id }, versionstamp }: StoredPerson, before: Membership) {
      const writes = new WriteSet(PEOPLE_LANE)
        .check(keys.person(id), versionstamp)
        .delete(keys.person(id));
      return await commit(leaveAdmins(writes, before, id));
    },
  };
}

const NOTHING: KvRead = { value: null, versionstamp: null };

function personOf({ value, versionstamp }: KvRead, id: string): StoredPerson | null {
  if (versionstamp === null) return null;
  return { record: parseStored(PersonRecord, value, `person "${id}"`), versionstamp };
}

/** Makes a person what `next` says, if nobody has changed them, or who is an admin, since. */
export function savePerson(before: Membership, next: PersonRecord): WriteSet {
  const writes = new WriteSet(PEOPLE_LANE)
    .check(keys.person(next.id), before.person?.versionstamp ?? null)
    .set(keys.person(next.id), next, PERSON_BYTES);
  return next.role === "admin"
    ? joinAdmins(writes, before, next.id)
    : leaveAdmins(writes, before, next.id);
}

function joinAdmins(writes: WriteSet, { admins, ...before }: Membership, id: string): WriteSet {
  if (admins.includes(id)) return writes;
  return setAdmins(writes, before.adminsVersionstamp, [...admins, id]);
}

function leaveAdmins(writes: WriteSet, { admins, ...before }: Membership, id: string): WriteSet {
  if (!admins.includes(id)) return writes;
  return setAdmins(writes, before.adminsVersionstamp, admins.filter((each) => each !== id));
}

function setAdmins(writes: WriteSet, versionstamp: string | null, ids: string[]): WriteSet {
  return writes
    .check(keys.admins(), versionstamp)
    .set(keys.admins(), ids satisfies AdminsRecord, 20 + 40 * ids.length);
}
