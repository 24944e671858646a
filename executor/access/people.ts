import type { Grants } from "../live/grants.ts";
import type { PersonRecord } from "../store/access_records.ts";
import type { Store } from "../store/mod.ts";
import type { Membership, StoredPerson } from "../store/people.ts";
import type { Role } from "./roles.ts";

/** A person who has signed in through a provider. Times are epoch milliseconds. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly role: Role;
  readonly createdAt: number;
  /** To the minute. */
  readonly seenAt: number;
}

/** How a change ended. `last-admin`: nothing was changed, because nobody would be left to change it. */
export type PersonChange = "changed" | "last-admin" | "unknown-person";

/** The people who have signed in through a provider, and what each may do. */
export interface People {
  /** Last seen first. */
  list(): Promise<Person[]>;
  read(personId: string): Promise<Person | null>;
  setRole(personId: string, role: Role): Promise<PersonChange>;
  /** Ends the person's sessions and keys as well. Whom the provider still lets in may sign in, anew. */
  remove(personId: string): Promise<PersonChange>;
}

/** Names whoever knows the password, who is no stored person. */
export const KEEPER_ID = "keeper";

/** Most tries against others who change people at the same time. */
export const MAX_TRIES = 50;

export function createPeople(
  { people, apiKeys }: Pick<Store, "people" | "apiKeys">,
  grants: Grants,
): People {
  /** Tries `change` until nobody else has changed anything meanwhile. */
  async function change(
    personId: string,
    isStillAdmin: boolean,
    commit: (person: StoredPerson, membership: Membership) => Promise<boolean>,
  ): Promise<PersonChange> {
    for (let tries = 1; tries <= MAX_TRIES; tries++) {
      const membership = await people.readMembership(personId);
      const { person, admins } = membership;
      if (person === null) return "unknown-person";
      const isLast = admins.length === 1 && admins[0] === personId;
      if (isLast && !isStillAdmin) return "last-admin";
      if (await commit(person, membership)) return "changed";
    }
    throw new Error(`Cannot change person "${personId}": they changed ${MAX_TRIES} times`);
  }

  return {
    async list() {
      return (await people.list()).map(personOf).toSorted((a, b) => b.seenAt - a.seenAt);
    },

    async read(personId) {
      const person = await people.read(personId);
      return person && personOf(person.record);
    },

    setRole: (personId, role) =>
      change(
        personId,
        role === "admin",
        (person, membership) => people.save(membership, { ...person.record, role }),
      ),

    remove: (personId) =>
      change(personId, false, async (person, membership) => {
        const isRemoved = await people.remove(person, membership);
        if (!isRemoved) return false;
        const { stay } = person.record;
        await grants.end(stay);
        // They are worth nothing any more: nobody needs to see them in the list.
        await apiKeys.removeOf(stay);
        return true;
      }),
  };
}

function personOf({ id, name, email, role, createdAt, seenAt }: PersonRecord): Person {
  return { id, name, email, role, createdAt, seenAt };
}
