import { IDLE_MS } from "../../executor/access/sessions.ts";
import { type Role, ROLES, type Scope, SCOPES } from "../../executor/mod.ts";
import type { Permission } from "../../routes/access/identity.ts";
import type { TestSite } from "./http.ts";
import { signInAs } from "./signed_in.ts";

/** Somebody who sends requests: how they look in a table, what they show, what they may. */
export interface Caller {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What routes may need that they answer to this one. */
  readonly may: readonly Permission[];
  /** Whether the server knows who they are: what they may not is 403, and else 401. */
  readonly isKnown: boolean;
}

/** Told here once more, so that a right given by mistake is seen. */
const PEOPLE: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: ["public", "read", "own"],
  editor: ["public", "read", "run", "edit", "own"],
  admin: ["public", "read", "run", "edit", "own", "admin"],
};

/** Everybody there can be on a site where people sign in. */
export async function createCallers(site: TestSite): Promise<Caller[]> {
  // First of all, because it takes a week.
  const expired = await signInAs(site, "admin", "Late");
  const lateKey = await createKey(site, ["read", "run", "edit"], site.clock.now() + 1_000);
  site.clock.advance(IDLE_MS);
  const removed = await signInAs(site, "admin", "Gone");
  await site.executor.access.people.remove(removed.id);
  const revoked = await createKey(site, ["read", "run", "edit"]);
  await site.executor.apiKeys.revoke(revoked.id);
  const admin = await signInAs(site, "admin");
  const people = await Promise.all(ROLES.map(async (role): Promise<Caller> => {
    const { headers } = await signInAs(site, role);
    return { name: role, headers: { ...headers }, may: PEOPLE[role], isKnown: true };
  }));
  const keys = await Promise.all(SCOPES.map(async (scope): Promise<Caller> => {
    const { headers } = await createKey(site, [scope]);
    return { name: `key ${scope}`, headers, may: ["public", scope], isKnown: true };
  }));
  const both = await createKey(site, ["read", "run"]);
  return [
    stranger("nobody", {}),
    ...people,
    ...keys,
    {
      name: "key read+run",
      headers: both.headers,
      may: ["public", "read", "run"],
      isKnown: true,
    },
    stranger("expired session", { ...expired.headers }),
    stranger("tampered cookie", { Cookie: tampered(admin.headers.Cookie) }),
    stranger("removed person", { ...removed.headers }),
    stranger("expired key", lateKey.headers),
    stranger("revoked key", revoked.headers),
    stranger("share link as a key", await bearerOfLink(site)),
    // A key that is shown is what counts, whatever else is.
    stranger("admin with a wrong key", { ...admin.headers, Authorization: "Bearer cbk_wrong" }),
  ];
}

function stranger(name: string, headers: Readonly<Record<string, string>>): Caller {
  return { name, headers, may: ["public"], isKnown: false };
}

async function createKey(
  site: TestSite,
  scopes: readonly Scope[],
  expiresAt: number | null = null,
) {
  const name = `Key of ${scopes.join()}`;
  const created = await site.executor.apiKeys.create({ name, scopes, createdBy: "Ann", expiresAt });
  if (created.type !== "created") throw new Error(`Cannot create a key: ${created.type}`);
  return { id: created.key.id, headers: { Authorization: `Bearer ${created.secret}` } };
}

/** What opens one page for whoever has it, shown as if it opened all. */
async function bearerOfLink(site: TestSite) {
  const target = { kind: "app", appId: (await site.add()).id, tokensPerDay: 1 } as const;
  const link = { target, show: [], origins: [], expiresInMs: 3_600_000, createdBy: "Ann" };
  const created = await site.executor.links.create(link);
  if (created.type !== "created") throw new Error(`Cannot make a link: ${created.type}`);
  return { Authorization: `Bearer ${created.token}` };
}

/** The last character holds two bits that decode to nothing: the one before it counts in full. */
function tampered(cookie: string): string {
  return cookie.slice(0, -2) + (cookie.at(-2) === "A" ? "B" : "A") + cookie.slice(-1);
}
