import assert from "node:assert/strict";
import { paths } from "../../../routes/paths.ts";
import { startJar } from "../../helpers/browser_jar.ts";
import { startTestSite } from "../../helpers/http.ts";
import { PASSWORD_ACCESS } from "../../helpers/signed_in.ts";
import { ADA, backFrom, BOB, rolesIn, startStage, toProvider } from "./provider_stage.ts";

Deno.test("whoever asks for a page signs in with the provider, and gets that page", async () => {
  await using stage = await startStage();
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
  await using stage = await startStage();
  await stage.signIn(ADA);
  await stage.signIn(BOB, startJar(stage.site));
  assert.deepEqual(await rolesIn(stage.site), ["Ada admin", "Bob viewer"]);
  await stage.signIn({ ...BOB, name: "Robert", email: "robert@example.org" });
  assert.deepEqual(await rolesIn(stage.site), ["Ada admin", "Robert viewer"]);
  const people = await stage.site.executor.access.people.list();
  assert.ok(people.some(({ email }) => email === "robert@example.org"));
});

Deno.test("two tabs may sign in at once, and end it in either order", async () => {
  await using stage = await startStage();
  const { jar } = stage;
  const one = await toProvider(jar, "/studio");
  const other = await toProvider(jar, "/tasks");
  assert.equal((await jar.go(other)).url, "/tasks");
  assert.equal((await jar.go(one)).url, "/studio");
});

Deno.test("signing in ends the session that was there, and leads to own pages only", async () => {
  await using stage = await startStage();
  await stage.signIn(ADA);
  const before = stage.jar.cookies.get("callboard") ?? "";
  for (const to of ["//evil.example", "/\\evil.example", "https://evil.example"]) {
    assert.equal((await stage.signIn(BOB, stage.jar, to)).url, paths.playground());
  }
  assert.notEqual(stage.jar.cookies.get("callboard"), before);
  assert.equal(await stage.site.executor.access.whoHas(before), null);
});

Deno.test("a cookie that leads elsewhere leads to the first page", async () => {
  await using stage = await startStage();
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

Deno.test("the audit list tells who has signed in, and who was not let in", async () => {
  await using stage = await startStage({ trustedProxies: 1 });
  await stage.signIn({ ...ADA, email: "eve@example.com" });
  await stage.signIn(ADA);
  const { rows } = await stage.site.executor.audit.page({ limit: 10 });
  const told = rows.map(({ who, did, detail }) => [who.name, did, detail]);
  assert.deepEqual(told, [
    ["Ada", "signed-in", undefined],
    ["Somebody", "sign-in-failed", "eve@example.com"],
  ]);
});

Deno.test("however long the page's address is, people come in", async () => {
  await using stage = await startStage();
  const long = `?text=${"x".repeat(600)}`;
  assert.equal((await stage.signIn(ADA, stage.jar, `/playground${long}`)).url, "/playground");
  assert.equal((await stage.signIn(ADA, stage.jar, `/${"x".repeat(600)}`)).url, "/playground");
  for (let tab = 0; tab < 6; tab++) await toProvider(stage.jar, `/tasks?app=${"x".repeat(480)}`);
  const sent = [...stage.jar.cookies].join("; ").length;
  assert.ok(sent < 6_000, `${sent} bytes of cookies`);
});

Deno.test("behind a proxy people come back to PUBLIC_URL, and cookies are the host's own", async () => {
  const publicOrigin = "https://callboard.example.org";
  await using stage = await startStage({ reach: { isOwnNamesOnly: true, publicOrigin } });
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
