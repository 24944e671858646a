import assert from "node:assert/strict";
import { paths } from "../../../routes/paths.ts";
import { type BrowserJar, startJar } from "../../helpers/browser_jar.ts";
import { startTestSite, type TestSite, type TestSiteOptions } from "../../helpers/http.ts";
import { type OidcProvider, startOidcProvider } from "../../helpers/oidc_provider.ts";
import { PASSWORD_ACCESS } from "../../helpers/signed_in.ts";

const ADA = { sub: "1", name: "Ada", email: "ada@example.org", email_verified: true } as const;
const BOB = { sub: "2", name: "Bob", email: "bob@example.org", email_verified: true } as const;

Deno.test("whoever asks for a page signs in with the provider, and gets that page", async () => {
  await using stage = await setUp();
  const { site, jar } = stage;
  const wanted = paths.tasks({ status: "failed" });
  const { url, response } = await jar.go(wanted);
  assert.equal(url, paths.signIn(wanted));
  const [, link = ""] = /href="(\/sign-in\/provider[^"]*)"/.exec(await response.text()) ?? [];
  const back = await jar.go(link.replaceAll("&amp;", "&"));
  assert.equal(back.url, wanted);
  assert.equal(back.response.status, 200);
  assert.match(await back.response.text(), /Ada.*Sign out/s);
  assert.deepEqual([...jar.cookies.keys()], ["callboard"], "nothing else stays");
  assert.deepEqual(await rolesIn(site), ["Ada admin"]);
});

Deno.test("the first person becomes admin, the next viewer, and what they are called is kept up", async () => {
  await using stage = await setUp();
  await stage.signIn(ADA);
  await stage.signIn(BOB, startJar(stage.site));
  assert.deepEqual(await rolesIn(stage.site), ["Ada admin", "Bob viewer"]);
  await stage.signIn({ ...BOB, name: "Robert", email: "robert@example.org" });
  assert.deepEqual(await rolesIn(stage.site), ["Ada admin", "Robert viewer"]);
  const people = await stage.site.executor.access.people.list();
  assert.ok(people.some(({ email }) => email === "robert@example.org"));
});

Deno.test("two tabs may sign in at once, and end it in either order", async () => {
  await using stage = await setUp();
  const { jar } = stage;
  const one = await toProvider(jar, "/studio");
  const other = await toProvider(jar, "/tasks");
  assert.equal((await jar.go(other)).url, "/tasks");
  assert.equal((await jar.go(one)).url, "/studio");
});

Deno.test("nobody is signed in by an answer that their own browser has not asked for", async () => {
  await using stage = await setUp();
  const forged = await backFrom(await toProvider(startJar(stage.site)));
  const { response } = await stage.jar.go(forged);
  assert.equal(response.status, 400);
  assert.match(await response.text(), /begun in another browser or too long ago/);
  assert.equal(stage.jar.cookies.size, 0);
  assert.deepEqual(await rolesIn(stage.site), []);
  assert.ok(stage.provider.requests.every(({ endpoint }) => endpoint !== "token"));
});

Deno.test("an answer counts once, and for ten minutes", async () => {
  await using stage = await setUp();
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
    await using stage = await setUp();
    const { response } = await stage.signIn({ ...ADA, ...claims });
    assert.equal(response.status, 403);
    assert.equal(response.headers.get("Cache-Control"), "no-store");
    assert.match(await response.text(), words);
    assert.equal(stage.jar.cookies.size, 0);
    assert.deepEqual(await rolesIn(stage.site), []);
  });
}

Deno.test("where addresses are trusted of which nothing is said, those that are not verified are not", async () => {
  await using stage = await setUp({ access: { isEmailTrusted: true } });
  const { response } = await stage.signIn({ ...ADA, email_verified: false });
  assert.equal(response.status, 403);
  assert.equal((await stage.signIn({ ...ADA, email_verified: undefined })).url, "/tasks");
});

Deno.test("somebody whom the provider does not let in is told so, and may try again", async () => {
  await using stage = await setUp();
  const { response } = await stage.signIn(null);
  assert.equal(response.status, 403);
  const html = await response.text();
  assert.match(html, /127\.0\.0\.1 has not let you in/);
  assert.match(html, /href="\/sign-in\/provider\?to=%2Ftasks"/, "where they wanted to go is kept");
  assert.equal((await stage.signIn(ADA)).url, "/tasks");
});

Deno.test("while the provider is down nobody can sign in, and then they can", async () => {
  await using stage = await setUp();
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
  await using stage = await setUp();
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
  await using stage = await setUp({ trustedProxies: 1 });
  const begin = (address: string) =>
    stage.site.get(paths.signInProvider(), { "X-Forwarded-For": address });
  for (let i = 0; i < 60; i++) assert.equal((await begin(`2001:db8::${i}`)).status, 303);
  const refused = await begin("2001:db8::60");
  assert.equal(refused.status, 429);
  assert.ok(Number(refused.headers.get("Retry-After")) > 0);
  assert.equal((await begin("192.0.2.1")).status, 303);
});

Deno.test("an answer that proves nothing is refused, and the log tells no secret of it", async () => {
  await using stage = await setUp();
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

Deno.test("signing in ends the session that was there, and leads to own pages only", async () => {
  await using stage = await setUp();
  await stage.signIn(ADA);
  const before = stage.jar.cookies.get("callboard") ?? "";
  for (const to of ["//evil.example", "/\\evil.example", "https://evil.example"]) {
    assert.equal((await stage.signIn(BOB, stage.jar, to)).url, paths.playground());
  }
  assert.notEqual(stage.jar.cookies.get("callboard"), before);
  assert.equal(await stage.site.executor.access.whoHas(before), null);
});

Deno.test("a cookie that leads elsewhere leads to the first page", async () => {
  await using stage = await setUp();
  for (const to of ["https://evil.example/", "//evil.example", "/\\evil.example"]) {
    const jar = startJar(stage.site);
    const back = await backFrom(await toProvider(jar));
    const [[name = "", kept = ""] = []] = jar.cookies;
    const begun = JSON.parse(atob(kept.replaceAll("-", "+").replaceAll("_", "/")));
    const planted = btoa(JSON.stringify({ ...begun, to }));
    const Cookie = `${name}=${
      planted.replace(/=+$/, "").replaceAll("+", "-").replaceAll("/", "_")
    }`;
    const response = await stage.site.get(back, { Cookie });
    assert.equal(response.status, 303);
    assert.equal(response.headers.get("Location"), paths.playground(), to);
  }
});

Deno.test("the provider is asked about sixty answers from one address, and about no more for a while", async () => {
  await using stage = await setUp({ trustedProxies: 1 });
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

Deno.test("the audit list tells who has signed in, and who was not let in", async () => {
  await using stage = await setUp({ trustedProxies: 1 });
  await stage.signIn({ ...ADA, email: "eve@example.com" });
  await stage.signIn(ADA);
  const { rows } = await stage.site.executor.audit.page({ limit: 10 });
  const told = rows.map(({ who, did, detail }) => [who.name, did, detail]);
  assert.deepEqual(told, [
    ["Ada", "signed-in", undefined],
    ["Anybody", "sign-in-failed", "eve@example.com"],
  ]);
});

Deno.test("however long the page's address is, people come in", async () => {
  await using stage = await setUp();
  const long = `?text=${"x".repeat(600)}`;
  assert.equal((await stage.signIn(ADA, stage.jar, `/playground${long}`)).url, "/playground");
  assert.equal((await stage.signIn(ADA, stage.jar, `/${"x".repeat(600)}`)).url, "/playground");
  for (let tab = 0; tab < 6; tab++) await toProvider(stage.jar, `/tasks?app=${"x".repeat(480)}`);
  const sent = [...stage.jar.cookies].join("; ").length;
  assert.ok(sent < 6_000, `${sent} bytes of cookies`);
});

Deno.test("behind a proxy people come back to PUBLIC_URL, and cookies are the host's own", async () => {
  const publicOrigin = "https://callboard.example.org";
  await using stage = await setUp({ reach: { isOwnNamesOnly: true, publicOrigin } });
  const local = "http://127.0.0.1:8000";
  const jar = startJar(stage.site, local);
  const there = await toProvider(jar);
  const redirectUri = new URL(there).searchParams.get("redirect_uri");
  assert.equal(redirectUri, publicOrigin + paths.signInCallback());
  assert.match([...jar.cookies.keys()].join(), /^__Host-callboard_sign_in_[\w-]{10}$/);
  const back = (await backFrom(there)).replace(publicOrigin, local);
  assert.equal((await jar.get(back)).status, 303);
  assert.deepEqual([...jar.cookies.keys()], ["__Host-callboard"]);
});

Deno.test("without a provider there is no such way in", async () => {
  for (const access of [undefined, PASSWORD_ACCESS]) {
    await using site = await startTestSite({ access });
    for (const path of [paths.signInProvider(), paths.signInCallback()]) {
      assert.equal((await site.get(path)).status, 404);
    }
  }
});

interface Stage extends AsyncDisposable {
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

interface StageOptions extends Omit<TestSiteOptions, "access"> {
  readonly access?: { readonly isEmailTrusted: true };
}

async function setUp({ access: more, ...options }: StageOptions = {}): Promise<Stage> {
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
async function toProvider(jar: BrowserJar, to?: string): Promise<string> {
  const response = await jar.get(paths.signInProvider(to));
  assert.equal(response.status, 303);
  return response.headers.get("Location") ?? "";
}

/** The URL that the provider sends the browser back to. */
async function backFrom(url: string): Promise<string> {
  const response = await fetch(url, { redirect: "manual" });
  await response.body?.cancel();
  return response.headers.get("Location") ?? "";
}

async function rolesIn({ executor }: TestSite): Promise<string[]> {
  const people = await executor.access.people.list();
  return people.map(({ name, role }) => `${name} ${role}`).toSorted();
}
