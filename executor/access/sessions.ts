import type { Grant, Grants } from "../live/grants.ts";
import type { RunContext } from "../run/context.ts";
import type { PersonRecord, SessionRecord } from "../store/access_records.ts";
import type { StoredPerson } from "../store/people.ts";
import type { NewSession, StoredSession } from "../store/sessions.ts";
import { type Browsers, createBrowsers } from "./browsers.ts";
import { createPeople, KEEPER_ID, MAX_TRIES, type People, type Person } from "./people.ts";
import { hashSecret, newSecret } from "./secrets.ts";
import { grantOfStay } from "./stay.ts";

/** Who signs in: whoever knows the password, or a person whom a provider vouches for. */
export type SigningIn = { readonly type: "password" } | {
  readonly type: "person";
  /** Which provider, and what it calls them: the two together are always the same person. */
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
  readonly email: string | null;
};

/** Whose session it is. */
export type SignedIn = Pick<Person, "id" | "name" | "role">;

/** A session that is good right now. */
export interface Session {
  readonly person: SignedIn;
  /** Epoch milliseconds; it moves on while the session is used. */
  readonly expiresAt: number;
  /** What has to stand for as long as something is open by it: the session, and its person. */
  readonly grants: readonly Grant[];
}

/** A session that has just begun. */
export interface NewlySignedIn {
  readonly secret: string;
  readonly person: SignedIn;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** Who may come in. */
export interface Access {
  /** Begins a session. The first person ever to do so becomes an admin, later ones viewers. */
  signIn(who: SigningIn): Promise<NewlySignedIn>;
  /** The session that a secret opens; null where it is none, has expired or was ended. */
  whoHas(secret: string): Promise<Session | null>;
  /** Ends a session. */
  signOut(secret: string): Promise<void>;
  readonly people: People;
  readonly browsers: Browsers;
}

/** What sessions take from outside. */
export interface AccessContext
  extends Pick<RunContext, "store" | "clock" | "ids" | "onUnexpected"> {
  readonly grants: Grants;
}

/** A session that is not used for so long ends. */
export const IDLE_MS = 7 * 24 * 60 * 60 * 1_000;
/** A session ends after so long, however much it is used. */
export const LONGEST_MS = 30 * 24 * 60 * 60 * 1_000;
/** How often it is noted that somebody was seen. */
const SEEN_MS = 60_000;
const SECRET = /^cba_[\w-]{43}$/;
const MAX_NAME_LENGTH = 200;

/** Whoever knows the password; there is only one, and they are no stored person. */
const KEEPER: SignedIn = { id: KEEPER_ID, name: "Admin", role: "admin" };

/** @param realm Sessions begun under another one are worth nothing: another password, or provider. */
export function createAccess(context: AccessContext, realm: string): Access {
  const { clock, ids, grants, onUnexpected } = context;
  const { sessions, people } = context.store;
  const hashOf = (secret: string) => hashSecret(secret + realm);

  /** Says who a person is now, and begins their session with it. */
  async function startOf(who: SigningIn & { type: "person" }, hash: string) {
    const id = `per_${(await hashSecret(JSON.stringify([who.issuer, who.subject]))).slice(0, 22)}`;
    const name = who.name.slice(0, MAX_NAME_LENGTH).toWellFormed();
    const email = who.email?.slice(0, MAX_NAME_LENGTH).toWellFormed() ?? null;
    for (let tries = 1; tries <= MAX_TRIES; tries++) {
      const now = clock.now();
      const before = await people.readMembership(id);
      const known = before.person?.record ??
        { id, stay: ids.nonce(), role: "viewer" as const, createdAt: now };
      const role = before.adminsVersionstamp === null ? "admin" as const : known.role;
      const next: PersonRecord = { ...known, name, email, role, seenAt: now };
      const session = newSession(hash, { person: { id, stay: next.stay }, startedAt: now });
      if (await sessions.startOf(session, before, next)) return { session, person: next };
    }
    throw new Error(`Cannot sign in "${id}": they changed ${MAX_TRIES} times`);
  }

  async function startOfKeeper(hash: string) {
    const session = newSession(hash, { person: null, startedAt: clock.now() });
    await sessions.start(session);
    return { session, person: KEEPER };
  }

  function newSession(hash: string, begun: Omit<SessionRecord, "seenAt">): NewSession {
    const record = { ...begun, seenAt: clock.now() };
    return { hash, record, keptMs: expiryOf(record) - clock.now() };
  }

  /** A session that is good now, and the person whose it is; null for whoever knows the password. */
  async function find(hash: string) {
    const stored = await sessions.read(hash);
    if (stored === null || clock.now() >= expiryOf(stored.record)) return null;
    const { person } = stored.record;
    const holder = person && await people.read(person.id);
    return holder?.record.stay === person?.stay ? { stored, holder } : null;
  }

  function grantsOf({ hash, record: { person, startedAt } }: StoredSession): Grant[] {
    const session = {
      id: hash,
      // While a page is open the session is used: what counts is when it ends in any case.
      expiresAt: startedAt + LONGEST_MS,
      isGood: async () => await find(hash) !== null,
    };
    return person === null ? [session] : [session, grantOfStay(people, person)];
  }

  /** Nobody waits for more than this one commit, and nobody is refused where it fails. */
  async function see(stored: StoredSession, person: StoredPerson | null): Promise<void> {
    if (clock.now() - stored.record.seenAt < SEEN_MS) return;
    await sessions.see(stored, newSession(stored.hash, stored.record), person)
      .catch((error) => onUnexpected(error, "session"));
  }

  return {
    people: createPeople(context.store, grants),
    browsers: createBrowsers({ store: context.store.browsers, clock }, realm),

    async signIn(who) {
      const secret = newSecret("cba_");
      const hash = await hashOf(secret);
      const { session, person } = who.type === "person"
        ? await startOf(who, hash)
        : await startOfKeeper(hash);
      return { secret, person: signedIn(person), expiresAt: expiryOf(session.record) };
    },

    async whoHas(secret) {
      if (!SECRET.test(secret)) return null;
      const found = await find(await hashOf(secret));
      if (found === null) return null;
      const { stored, holder } = found;
      await see(stored, holder);
      const person = signedIn(holder?.record ?? KEEPER);
      return { person, expiresAt: expiryOf(stored.record), grants: grantsOf(stored) };
    },

    async signOut(secret) {
      if (!SECRET.test(secret)) return;
      const hash = await hashOf(secret);
      await sessions.end(hash);
      await grants.end(hash);
    },
  };
}

function signedIn({ id, name, role }: SignedIn): SignedIn {
  return { id, name, role };
}

function expiryOf({ startedAt, seenAt }: SessionRecord): number {
  return Math.min(startedAt + LONGEST_MS, seenAt + IDLE_MS);
}
