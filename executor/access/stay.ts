import type { Grant } from "../live/grants.ts";
import type { PersonRecord } from "../store/access_records.ts";
import type { PeopleStore } from "../store/people.ts";

/** A person, and one stay of theirs: from when they came until they are removed. */
export type Stay = Pick<PersonRecord, "id" | "stay">;

/**
 * What all that a person comes in by depends on. It asks of the stay alone: who holds it with a
 * session goes on when a key that holds it too is revoked.
 */
export function grantOfStay(people: Pick<PeopleStore, "read">, { id, stay }: Stay): Grant {
  const isGood = async () => (await people.read(id))?.record.stay === stay;
  return { id: stay, expiresAt: null, isGood };
}
