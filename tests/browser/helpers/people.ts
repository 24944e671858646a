import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { type OidcProvider, startOidcProvider } from "../../helpers/oidc_provider.ts";
import type { Stage, View } from "./journey.ts";
import type { Settings } from "./server.ts";

/** A provider, and people who sign in with it. */
export interface People {
  readonly provider: OidcProvider;
  /** Of a server that lets them in. */
  readonly settings: Settings;
  /** Goes to a page as somebody who has to sign in first. */
  signIn(stage: Stage, name: string, path: string, view?: View): Promise<Page>;
}

export async function startPeople(): Promise<People> {
  const provider = await startOidcProvider();
  return {
    provider,
    settings: {
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: provider.clientId,
      OIDC_CLIENT_SECRET: provider.clientSecret,
      OIDC_ALLOWED: "example.org",
    },
    async signIn(stage, name, path, view) {
      const email = `${name.toLowerCase().replaceAll(" ", ".")}@example.org`;
      provider.signInAs({ sub: name, name, email, email_verified: true });
      const page = await stage.open(path, view);
      await page.getByRole("link", { name: "Sign in with 127.0.0.1" }).click();
      await page.getByText("Sign out").waitFor();
      assert.equal(new URL(page.url()).pathname, path);
      return page;
    },
  };
}
