import assert from "node:assert/strict";
import { createOidc, type FinishResult, type Oidc } from "../../../routes/access/oidc.ts";
import {
  type OidcFaults,
  type OidcProvider,
  startOidcProvider,
} from "../../helpers/oidc_provider.ts";

const REDIRECT = "http://127.0.0.1:8000/sign-in/callback";
const ADA = {
  sub: "ada-1",
  name: "Ada Example",
  email: "ada@example.org",
  email_verified: true,
} as const;

Deno.test("createOidc signs somebody in whom the provider knows", async () => {
  await using stage = await setUp();
  const { issuer } = stage.provider;
  assert.deepEqual(await stage.signIn(), {
    type: "known",
    person: {
      issuer,
      subject: "ada-1",
      name: "Ada Example",
      email: "ada@example.org",
      isEmailVerified: true,
    },
  });
  const { search } = stage.provider.requests.find(({ endpoint }) => endpoint === "authorize") ?? {};
  assert.equal(search?.get("code_challenge_method"), "S256");
  assert.equal(search?.get("redirect_uri"), REDIRECT);
  assert.ok((search?.get("nonce") ?? "").length >= 43);
  assert.ok((search?.get("state") ?? "").length >= 43);
});

Deno.test("createOidc gives each sign-in a state, a nonce and a verifier of its own", async () => {
  await using stage = await setUp();
  const [one, other] = [await stage.begin(), await stage.begin()];
  const values = [one, other].flatMap(({ transaction }) => Object.values(transaction));
  assert.equal(new Set(values).size, 6);
});

Deno.test("createOidc lets two sign-ins be under way at once, ended in either order", async () => {
  await using stage = await setUp();
  const [one, other] = [await stage.begin(), await stage.begin()];
  const [first, second] = [await comeBack(one.url), await comeBack(other.url)];
  assert.equal((await stage.finish(second, other)).type, "known");
  assert.equal((await stage.finish(first, one)).type, "known");
});

const REFUSED: Readonly<Record<string, [faults: OidcFaults, reason: RegExp]>> = {
  "for another nonce": [{ claims: { nonce: "other" } }, /nonce/],
  "without the nonce": [{ claims: { nonce: undefined } }, /nonce/],
  "for another client": [{ claims: { aud: "another" } }, /aud/],
  "for two clients, by the other": [{ claims: { aud: ["callboard", "x"], azp: "x" } }, /azp/],
  "of another issuer": [{ claims: { iss: "http://127.0.0.1:1" } }, /iss/],
  "that has expired": [{ claims: { exp: 1_000_000_000 } }, /exp|timestamp/],
  "that is unsigned": [{ signature: "none" }, /alg/],
  "signed with a key that nobody published": [{ signature: "other" }, /signature/],
  "of nobody": [{ claims: { sub: undefined } }, /sub/],
};

for (const [which, [faults, reason]] of Object.entries(REFUSED)) {
  Deno.test(`createOidc refuses an ID token ${which}`, async () => {
    await using stage = await setUp(faults);
    const result = await stage.signIn();
    assert.equal(result.type, "refused");
    assert.match(result.reason, reason);
    stage.provider.misbehave();
    assert.equal((await stage.signIn()).type, "known");
  });
}

Deno.test("createOidc refuses an answer with another state, or with the name of another issuer", async () => {
  await using stage = await setUp({ answer: { state: "other" } });
  assert.equal((await stage.signIn()).type, "refused");
  stage.provider.misbehave({ answer: { iss: "https://another.example" } });
  assert.equal((await stage.signIn()).type, "refused");
  assert.ok(stage.provider.requests.every(({ endpoint }) => endpoint !== "token"));
});

Deno.test("createOidc refuses a code that was used before, or was given to another sign-in", async () => {
  await using stage = await setUp();
  const [one, other] = [await stage.begin(), await stage.begin()];
  const answer = await comeBack(one.url);
  const stolen = new URLSearchParams(answer);
  stolen.set("state", other.transaction.state);
  assert.equal((await stage.finish(stolen.toString(), other)).type, "refused");
  const again = await stage.finish(answer, one);
  assert.deepEqual(again.type === "refused" && /invalid_grant/.test(again.reason), true);
});

Deno.test("createOidc tells that somebody has declined", async () => {
  await using stage = await setUp();
  stage.provider.signInAs(null);
  assert.deepEqual(await stage.signIn(), { type: "declined" });
});

Deno.test("createOidc asks for what a terse ID token leaves out", async () => {
  await using stage = await setUp({ isTerse: true });
  const result = await stage.signIn();
  assert.equal(result.type === "known" && result.person.email, "ada@example.org");
});

Deno.test("createOidc takes from userinfo no word about an address that the ID token tells", async () => {
  const claims = { name: undefined, email: "else@example.org", email_verified: false };
  await using stage = await setUp({ claims });
  const result = await stage.signIn();
  assert.ok(result.type === "known");
  const { name, email, isEmailVerified } = result.person;
  const expected = { name: "Ada Example", email: "else@example.org", isEmailVerified: false };
  assert.deepEqual({ name, email, isEmailVerified }, expected);
});

Deno.test("createOidc follows the provider to a new key", async () => {
  await using stage = await setUp();
  assert.equal((await stage.signIn()).type, "known");
  await stage.provider.rotateKey();
  assert.equal((await stage.signIn()).type, "known");
});

Deno.test("createOidc proves who it is in either way that providers want", async () => {
  const methods = ["client_secret_post"];
  await using stage = await setUp({ metadata: { token_endpoint_auth_methods_supported: methods } });
  assert.equal((await stage.signIn()).type, "known");
});

Deno.test("createOidc refuses with a wrong secret, and its reason does not tell it", async () => {
  await using stage = await setUp({}, { clientSecret: "wrong-wrong-wrong" });
  const result = await stage.signIn();
  assert.equal(result.type, "refused");
  assert.match(result.reason, /invalid_client/);
  assert.doesNotMatch(result.reason, /wrong-wrong/);
});

Deno.test("createOidc asks for the provider's description once an hour", async () => {
  await using stage = await setUp();
  const asked = () =>
    stage.provider.requests.filter((each) => each.endpoint === "discovery").length;
  await Promise.all([stage.begin(), stage.begin(), stage.begin()]);
  stage.advance(59 * 60_000);
  await stage.begin();
  assert.equal(asked(), 1);
  stage.advance(60_000);
  await stage.begin();
  assert.equal(asked(), 2);
});

Deno.test("createOidc can be used again five seconds after the provider has failed", async () => {
  await using stage = await setUp({ failing: ["discovery"] });
  for (let i = 0; i < 3; i++) assert.equal((await stage.signIn()).type, "unreachable");
  assert.equal(stage.provider.requests.length, 1);
  stage.advance(5_000);
  stage.provider.misbehave({ failing: ["token"] });
  assert.equal((await stage.signIn()).type, "unreachable");
  stage.provider.misbehave({ failing: ["jwks"] });
  assert.equal((await stage.signIn()).type, "unreachable");
  stage.provider.misbehave();
  assert.equal((await stage.signIn()).type, "known");
});

Deno.test("createOidc says so when nothing listens where the provider should be", async () => {
  const provider = await startOidcProvider();
  await provider.close();
  const oidc = createOidc(provider, { now: () => 0 });
  assert.equal((await oidc.begin(REDIRECT)).type, "unreachable");
});

Deno.test("createOidc waits for a provider only so long", async () => {
  await using stage = await setUp({ silent: ["discovery"] }, { timeoutMs: 50 });
  assert.equal((await stage.signIn()).type, "unreachable");
  stage.advance(5_000);
  stage.provider.misbehave({ silent: ["token"] });
  assert.equal((await stage.signIn()).type, "unreachable");
});

Deno.test("createOidc refuses a description that another issuer calls its own", async () => {
  await using stage = await setUp({ metadata: { issuer: "https://another.example" } });
  assert.equal((await stage.signIn()).type, "refused");
});

interface Stage extends AsyncDisposable {
  readonly provider: OidcProvider;
  advance(ms: number): void;
  begin(): Promise<Begun>;
  finish(answer: string, begun: Begun): Promise<FinishResult>;
  /** The whole way, as a browser goes it. */
  signIn(): Promise<FinishResult>;
}

type Begun = Extract<Awaited<ReturnType<Oidc["begin"]>>, { type: "begun" }>;

async function setUp(
  faults: OidcFaults = {},
  { clientSecret, timeoutMs }: { clientSecret?: string; timeoutMs?: number } = {},
): Promise<Stage> {
  const provider = await startOidcProvider();
  provider.signInAs(ADA);
  provider.misbehave(faults);
  let now = Date.now();
  const settings = { ...provider, clientSecret: clientSecret ?? provider.clientSecret };
  const oidc = createOidc(settings, { now: () => now, timeoutMs });

  async function begin(): Promise<Begun> {
    const begun = await oidc.begin(REDIRECT);
    assert.ok(begun.type === "begun", JSON.stringify(begun));
    return begun;
  }

  const finish = (answer: string, { transaction }: Begun) =>
    oidc.finish(answer, REDIRECT, transaction);

  return {
    provider,
    advance: (ms) => void (now += ms),
    begin,
    finish,
    async signIn() {
      const begun = await oidc.begin(REDIRECT);
      return begun.type === "begun" ? await finish(await comeBack(begun.url), begun) : begun;
    },
    [Symbol.asyncDispose]: () => provider.close(),
  };
}

/** The query that the provider sends the browser back with. */
async function comeBack(url: string): Promise<string> {
  const response = await fetch(url, { redirect: "manual" });
  await response.body?.cancel();
  return new URL(response.headers.get("Location") ?? "").search.slice(1);
}
