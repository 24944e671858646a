import { z } from "zod";

/** Somebody as the provider knows them. */
export interface OidcPerson {
  readonly issuer: string;
  /** Names them at this issuer, for ever. */
  readonly subject: string;
  readonly name: string;
  /** Null where the provider tells none. */
  readonly email: string | null;
  /** Whether the provider says that the address is theirs; null where it says nothing. */
  readonly isEmailVerified: boolean | null;
}

const MAX_NAME_LENGTH = 200;
/** Controls, and what turns the direction of the text that stands around a name. */
const UNSHOWN = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** What an ID token or userinfo tells. What is malformed counts as not told, or not verified. */
export const Claims = z.object({
  sub: z.string().min(1),
  name: z.string().optional().catch(undefined),
  preferred_username: z.string().optional().catch(undefined),
  email: z.string().optional().catch(undefined),
  // Some providers send it as text.
  email_verified: z.union([z.boolean(), z.stringbool()]).optional().catch(false),
});
export type Claims = z.infer<typeof Claims>;

/** What the first tells, and of the second what the first leaves out. */
export function addClaims(first: Claims, second: Claims): Claims {
  // Whether an address is verified says only who tells the address.
  const { email, email_verified } = first.email === undefined ? second : first;
  return {
    sub: first.sub,
    name: first.name ?? second.name,
    preferred_username: first.preferred_username ?? second.preferred_username,
    email,
    email_verified,
  };
}

export function personOf(issuer: string, claims: Claims): OidcPerson {
  const { sub, name, preferred_username: username, email, email_verified } = claims;
  const shown = [name, username, email].map((each) => each?.replace(UNSHOWN, "").trim());
  return {
    issuer,
    subject: sub,
    name: (shown.find(Boolean) ?? sub).slice(0, MAX_NAME_LENGTH),
    email: email ?? null,
    isEmailVerified: email_verified ?? null,
  };
}
