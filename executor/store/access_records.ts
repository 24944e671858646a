import { z } from "zod";
import { ROLES } from "../access/roles.ts";

/** Shapes of what the database holds about people and their sessions. */

const Time = z.number();

/** A person who has signed in through a provider. */
export const PersonRecord = z.object({
  id: z.string(),
  /** Names this stay: sessions of an earlier one, before the person was removed, are worth nothing. */
  stay: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  role: z.enum(ROLES),
  createdAt: Time,
  seenAt: Time,
});
export type PersonRecord = z.infer<typeof PersonRecord>;

/** Ids of all who are admins. It is written with every change of them, so that there is always one. */
export const AdminsRecord = z.array(z.string());
export type AdminsRecord = z.infer<typeof AdminsRecord>;

/** A session, under the hash of its secret. `person` is null for whoever knows the password. */
export const SessionRecord = z.object({
  person: z.object({ id: z.string(), stay: z.string() }).nullable(),
  startedAt: Time,
  seenAt: Time,
});
export type SessionRecord = z.infer<typeof SessionRecord>;
