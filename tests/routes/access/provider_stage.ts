import assert from "node:assert/strict";
import { paths } from "../../../routes/paths.ts";
import { type BrowserJar, startJar } from "../../helpers/browser_jar.ts";
import { startTestSite, type TestSite, type TestSiteOptions } from "../../helpers/http.ts";
import { type OidcProvider, startOidcProvider } from "../../helpers/oidc_provider.ts";

export const ADA = {
  sub: "1",
  name: "Ada",
  email: "ada@example.org",
  email_verified: true,
} as const;
export const BOB = {
  sub: "2",
  name: "Bob",
  email: "bob@example.org",
  email_verified: true,
} as const;

/** A site, the provider that people sign in with, and a browser. */
export interface Stage extends AsyncDisposable {
  readonly provider: OidcProvider;
  readonly site: TestSite;
  /** The first person's browser. */
  readonly jar: BrowserJar;
  /** Goes the whole way as somebody; null is whom the provider does not let in. */
  signIn(
    person: Parameters<OidcProvider["signInAs"]>[0],
    jar?: BrowserJar,
    to?: string,
  ): ReturnType<BrowserJar["go"]>;
}

export interface StageOptions extends Omit<TestSiteOptions, "access"> {
  readonly access?: { readonly isEmailTrusted: true };
}

/** Nobody has signed in yet; Ada would be the next. */
export async function startStage({ access: more, ...options }: StageOptions = {}): Promise<Stage> {
  const provider = await startOidcProvider();
  provider.signInAs(ADA);
  const access = { type: "oidc", ...provider, allowed: ["example.org"], ...more } as const;
  const site = await startTestSite({ access, ...options });
  const jar = startJar(site);
  return {
    provider,
    site,
    jar,
    async signIn(person, browser = jar, to = "/tasks") {
      provider.signInAs(person);
      return await browser.go(paths.signInProvider(to));
    },
    async [Symbol.asyncDispose]() {
      await site[Symbol.asyncDispose]();
      await provider.close();
    },
  };
}

/** Begins to sign in; the URL at the provider. */
export async function toProvider(jar: BrowserJar, to?: string): Promise<string> {
  const response = await jar.get(paths.signInProvider(to));
  assert.equal(response.status, 303);
  return response.headers.get("Location") ?? "";
}

/** The URL that the provider sends the browser back to. */
export async function backFrom(url: string): Promise<string> {
  const response = await fetch(url, { redirect: "manual" });
  await response.body?.cancel();
  return response.headers.get("Location") ?? "";
}

export async function rolesIn({ executor }: TestSite): Promise<string[]> {
  const people = await executor.access.people.list();
  return people.map(({ name, role }) => `${name} ${role}`).toSorted();
}
