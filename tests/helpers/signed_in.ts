import { type Role, SCOPES } from "../../executor/mod.ts";
import type { AccessSettings } from "../../routes/access/settings.ts";
import type { TestSite } from "./http.ts";

export const PASSWORD_ACCESS: AccessSettings = {
  type: "password",
  password: "correct horse battery staple",
};

/** What only the routes of the provider look at. */
export const PROVIDER_ACCESS: AccessSettings = {
  type: "oidc",
  // Nobody is there: people are signed in as if they had been.
  issuer: "http://127.0.0.1:1",
  clientId: "callboard",
  clientSecret: "of the tests",
  allowed: ["example.org"],
};

/** Headers of somebody with a session. */
export type SignedInHeaders = { readonly Cookie: string };

/** Signs somebody in as a provider would, and gives them a role. */
export async function signInAs(
  { executor: { access } }: Pick<TestSite, "executor">,
  role: Role,
  name: string = role,
): Promise<{ readonly id: string; readonly headers: SignedInHeaders }> {
  const keeper = { type: "person", issuer: "test", subject: "keeper", name: "Keeper" } as const;
  // Somebody has to be the first, who becomes admin whatever role is wanted.
  await access.signIn({ ...keeper, email: null });
  const who = { ...keeper, subject: name, name, email: `${name}@example.org` };
  const { secret } = await access.signIn(who);
  const session = await access.whoHas(secret);
  if (session === null) throw new Error(`Cannot sign in "${name}": there is no session`);
  await access.people.setRole(session.person.id, role);
  return { id: session.person.id, headers: cookieOf(secret) };
}

/** Headers of a program that comes in by a person's own key. */
export async function ownKey(
  { executor }: Pick<TestSite, "executor">,
  ownerId: string,
  name: string = "Nightly",
): Promise<{ readonly Authorization: string }> {
  const key = { name, scopes: SCOPES, createdBy: "", ownerId, expiresAt: null };
  const created = await executor.apiKeys.create(key);
  if (created.type !== "created") throw new Error(`Cannot create a key: ${created.type}`);
  return { Authorization: `Bearer ${created.secret}` };
}

/** As a browser sends it back over plain http. */
export function cookieOf(secret: string): SignedInHeaders {
  return { Cookie: `callboard=${secret}` };
}
