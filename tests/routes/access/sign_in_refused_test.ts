import assert from "node:assert/strict";
import { paths } from "../../../routes/paths.ts";
import { startJar } from "../../helpers/browser_jar.ts";
import { ADA, backFrom, rolesIn, startStage, toProvider } from "./provider_stage.ts";

Deno.test("nobody is signed in by an answer that their own browser has not asked for", async () => {
  await using stage = await startStage();
  const forged = await backFrom(await toProvider(startJar(stage.site)));
  const { response } = await stage.jar.go(forged);
  assert.equal(response.status, 400);
  assert.match(await response.text(), /begun in another browser or too long ago/);
  assert.equal(stage.jar.cookies.size, 0);
  assert.deepEqual(await rolesIn(stage.site), []);
  assert.ok(stage.provider.requests.every(({ endpoint }) => endpoint !== "token"));
});

Deno.test("an answer counts once, and for ten minutes", async () => {
  await using stage = await startStage();
  const { jar, site } = stage;
  const answer = await backFrom(await toProvider(jar));
  assert.equal((await jar.get(answer)).status, 303);
  assert.equal((await jar.go(answer)).url, paths.playground(), "whoever goes back is in already");
  const again = startJar(site);
  const late = await backFrom(await toProvider(again));
  site.clock.advance(10 * 60_000);
  assert.equal((await again.get(late)).status, 400);
  assert.deepEqual([...again.cookies.keys()], []);
});

const REFUSED = {
  "whose address is not allowed": [{ email: "eve@example.com" }, /“eve@example.com” may not sign/],
  "whose address nobody has verified": [{ email_verified: false }, /not verified that “ada@exam/],
  "of whose address nothing is said": [
    { email_verified: undefined },
    /does not say whether “ada@example.org” is yours.*OIDC_TRUST_EMAIL/,
  ],
  "whose address is not told": [{ email: undefined }, /does not tell your e-mail address/],
  "whose address is an attempt": [{ email: "<b>@example.com" }, /“&lt;b&gt;@example.com” may not/],
} as const;

for (const [who, [claims, words]] of Object.entries(REFUSED)) {
  Deno.test(`somebody ${who} is not let in, and told why`, async () => {
    await using stage = await startStage();
    const { response } = await stage.signIn({ ...ADA, ...claims });
    assert.equal(response.status, 403);
    assert.equal(response.headers.get("Cache-Control"), "no-store");
    assert.match(await response.text(), words);
    assert.equal(stage.jar.cookies.size, 0);
    assert.deepEqual(await rolesIn(stage.site), []);
  });
}

Deno.test("where addresses are trusted of which nothing is said, those that are not verified are not", async () => {
  await using stage = await startStage({ access: { isEmailTrusted: true } });
  const { response } = await stage.signIn({ ...ADA, email_verified: false });
  assert.equal(response.status, 403);
  assert.equal((await stage.signIn({ ...ADA, email_verified: undefined })).url, "/tasks");
});

Deno.test("somebody whom the provider does not let in is told so, and may try again", async () => {
  await using stage = await startStage();
  const { response } = await stage.signIn(null);
  assert.equal(response.status, 403);
  const html = await response.text();
  assert.match(html, /127\.0\.0\.1 has not let you in/);
  assert.match(html, /href="\/sign-in\/provider\?to=%2Ftasks"/, "where they wanted to go is kept");
  assert.equal((await stage.signIn(ADA)).url, "/tasks");
});

Deno.test("while the provider is down nobody can sign in, and then they can", async () => {
  await using stage = await startStage();
  for (const endpoint of ["discovery", "token"] as const) {
    stage.provider.misbehave({ failing: [endpoint] });
    const { response } = await stage.signIn(ADA);
    assert.equal(response.status, 503);
    assert.match(await response.text(), /127\.0\.0\.1 does not answer. Try again/);
    stage.site.clock.advance(5_000);
  }
  stage.provider.misbehave();
  assert.equal((await stage.signIn(ADA)).url, "/tasks");
});

Deno.test("while the provider is down it is asked once in five seconds, and the log told once", async () => {
  await using stage = await startStage();
  stage.provider.misbehave({ failing: ["discovery"] });
  for (let round = 1; round <= 2; round++) {
    for (let i = 0; i < 20; i++) {
      assert.equal((await stage.site.get(paths.signInProvider())).status, 503);
    }
    assert.deepEqual([stage.provider.requests.length, stage.site.errors.length], [round, round]);
    stage.site.clock.advance(5_000);
  }
});

Deno.test("one address begins sixty sign-ins, and no more for a while", async () => {
  await using stage = await startStage({ trustedProxies: 1 });
  const begin = (address: string) =>
    stage.site.get(paths.signInProvider(), { "X-Forwarded-For": address });
  for (let i = 0; i < 60; i++) assert.equal((await begin(`2001:db8::${i}`)).status, 303);
  const refused = await begin("2001:db8::60");
  assert.equal(refused.status, 429);
  assert.ok(Number(refused.headers.get("Retry-After")) > 0);
  assert.equal((await begin("192.0.2.1")).status, 303);
});

Deno.test("an answer that proves nothing is refused, and the log tells no secret of it", async () => {
  await using stage = await startStage();
  stage.provider.misbehave({ claims: { nonce: "planted" } });
  const back = await backFrom(await toProvider(stage.jar));
  const begun = [...stage.jar.cookies.values()].join();
  const response = await stage.jar.get(back);
  assert.equal(response.status, 403);
  assert.match(
    await response.text(),
    /Signing in with 127\.0\.0\.1 has failed\. The log has more under [0-9a-f]{8}/,
  );
  assert.equal(stage.jar.cookies.size, 0);
  const told = stage.site.errors.map(String).join();
  assert.match(told, /Cannot sign in with "127\.0\.0\.1": .*nonce/);
  const { searchParams } = new URL(back, "http://callboard.test");
  const secrets = [searchParams.get("code"), searchParams.get("state"), begun, "planted"];
  for (const secret of secrets) assert.ok(secret && !told.includes(secret));
});

Deno.test("the provider is asked about sixty answers from one address, and about no more for a while", async () => {
  await using stage = await startStage({ trustedProxies: 1 });
  const { site, jar } = stage;
  await toProvider(jar);
  const [[name = "", value = ""] = []] = jar.cookies;
  const state = JSON.parse(atob(value.replaceAll("-", "+").replaceAll("_", "/")));
  const query = new URLSearchParams({ state: state.transaction.state, code: "guessed" });
  const tryFrom = (address: string) =>
    site.get(`${paths.signInCallback()}?${query}&iss=${stage.provider.issuer}`, {
      Cookie: `${name}=${value}`,
      "X-Forwarded-For": address,
    });
  for (let tries = 0; tries < 60; tries++) {
    assert.equal((await tryFrom("192.0.2.1")).status, 403);
  }
  const refused = await tryFrom("192.0.2.1");
  assert.equal(refused.status, 429);
  assert.ok(Number(refused.headers.get("Retry-After")) > 0);
  assert.match(await refused.text(), /Too many attempts/);
  const asked = stage.provider.requests.filter(({ endpoint }) => endpoint === "token");
  assert.equal(asked.length, 60);
  assert.equal((await tryFrom("192.0.2.2")).status, 403);
});
