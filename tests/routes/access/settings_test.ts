import assert from "node:assert/strict";
import { realmOf } from "../../../routes/access/settings.ts";
import { PASSWORD_ACCESS, PROVIDER_ACCESS } from "../../helpers/signed_in.ts";

Deno.test("realmOf is another for whatever decides who may come in, and for nothing else", () => {
  const provider = { ...PROVIDER_ACCESS, allowed: ["example.com", "example.org"] };
  const all = [
    PASSWORD_ACCESS,
    { ...PASSWORD_ACCESS, password: "another battery staple" },
    provider,
    { ...provider, issuer: "https://other.example" },
    { ...provider, clientId: "other" },
    { ...provider, allowed: ["example.org"] },
    { ...provider, isEmailTrusted: true },
  ] as const;
  assert.equal(new Set(all.map(realmOf)).size, all.length);
  const same = { ...provider, allowed: provider.allowed.toReversed(), clientSecret: "renewed" };
  assert.equal(realmOf(same), realmOf(provider));
});
