import assert from "node:assert/strict";
import { paths } from "../../../routes/paths.ts";
import { HTMX, JSON_ONLY, startTestSite, type TestSite } from "../../helpers/http.ts";
import { PASSWORD_ACCESS, PROVIDER_ACCESS, signInAs } from "../../helpers/signed_in.ts";

const PAGE = { Accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
const PASSWORD = "correct horse battery staple";

/** Signs in by the form; the cookie that a browser would send from then on. */
async function signIn(site: TestSite, origin = "http://callboard.test"): Promise<string> {
  const response = await site.postForm(origin + paths.signIn(), { password: PASSWORD });
  assert.equal(response.status, 303);
  assert.equal(response.headers.get("Cache-Control"), "no-store");
  return (response.headers.get("Set-Cookie") ?? "").split(";")[0] ?? "";
}

Deno.test("whoever goes to a page without a session is led to sign in, and then to that page", async () => {
  await using site = await startTestSite({ access: PASSWORD_ACCESS });
  const wanted = paths.tasks({ status: "failed", limit: 5 });
  const sent = await site.get(wanted, PAGE);
  assert.equal(sent.status, 303);
  assert.equal(sent.headers.get("Cache-Control"), "no-store");
  const location = sent.headers.get("Location") ?? "";
  assert.equal(location, paths.signIn(wanted));

  const page = await site.get(location, PAGE);
  assert.equal(page.status, 200);
  assert.equal(page.headers.get("Cache-Control"), "no-store");
  const html = await page.text();
  assert.match(html, /<input[^>]* type="password"[^>]* autocomplete="current-password"/);
  assert.doesNotMatch(html, /<nav|Sign out/, "who has yet to sign in is led nowhere else");
  const [, to = ""] = /name="to" value="([^"]+)"/.exec(html) ?? [];
  const form = { to: to.replaceAll("&amp;", "&"), password: PASSWORD };
  const signedIn = await site.postForm(paths.signIn(), form);
  assert.equal(signedIn.status, 303);
  assert.equal(signedIn.headers.get("Location"), wanted);
});

Deno.test("POST /sign-in opens a session for the password, and for nothing else", async () => {
  await using site = await startTestSite({ access: PASSWORD_ACCESS });
  for (const password of ["", "wrong", PASSWORD.toUpperCase(), `${PASSWORD} `, PASSWORD.slice(1)]) {
    const response = await site.postForm(paths.signIn(), { password, to: "/studio" });
    assert.equal(response.status, 422);
    assert.equal(response.headers.get("Set-Cookie"), null);
    const html = await response.text();
    assert.match(html, /This is not the password/);
    assert.match(html, /name="to" value="\/studio"/, "where they wanted to go is kept");
    if (password.length > 3) assert.ok(!html.includes(password), "the password is not repeated");
  }
  const Cookie = await signIn(site);
  const page = await site.get(paths.tasks(), { Cookie });
  assert.equal(page.status, 200);
  assert.match(await page.text(), /Admin<\/span>.*Sign out/s);
});

Deno.test("the session's cookie is HttpOnly and Lax, and over https only the host's own", async () => {
  await using site = await startTestSite({ access: PASSWORD_ACCESS });
  const cookieFrom = async (to: TestSite, origin: string) => {
    const answer = await to.postForm(origin + paths.signIn(), { password: PASSWORD });
    return answer.headers.getSetCookie()[0] ?? "";
  };
  const plain = await cookieFrom(site, "http://127.0.0.1:8000");
  assert.match(
    plain,
    /^callboard=cba_[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/,
  );
  const https = await cookieFrom(site, "https://callboard.test");
  assert.match(
    https,
    /^__Host-callboard=cba_[\w-]{43}; .*Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
  assert.doesNotMatch(https, /Domain/);
  const reach = { isOwnNamesOnly: true, publicOrigin: "https://callboard.example.org" };
  await using behind = await startTestSite({ access: PASSWORD_ACCESS, reach });
  const proxied = await cookieFrom(behind, "http://127.0.0.1:8000");
  assert.match(proxied, /^__Host-callboard=/);
  const [named = ""] = proxied.split(";");
  const plainName = { Cookie: named.replace("__Host-", "") };
  assert.equal((await behind.get("http://127.0.0.1/tasks", { Cookie: named })).status, 200);
  assert.equal((await behind.get("http://127.0.0.1/tasks", plainName)).status, 401);
});

Deno.test("signing in begins another session each time, and ends the one that was there", async () => {
  await using site = await startTestSite({ access: PASSWORD_ACCESS });
  const first = await signIn(site);
  const again = await site.postForm(paths.signIn(), { password: PASSWORD }, { Cookie: first });
  const second = again.headers.get("Set-Cookie")?.split(";")[0] ?? "";
  assert.notEqual(second, first);
  assert.equal((await site.get(paths.tasks(), { Cookie: first })).status, 401);
  assert.equal((await site.get(paths.tasks(), { Cookie: second })).status, 200);
  const planted = { Cookie: `callboard=cba_${"A".repeat(43)}` };
  const answer = await site.postForm(paths.signIn(), { password: PASSWORD }, planted);
  assert.doesNotMatch(answer.headers.get("Set-Cookie") ?? "", /A{43}/);
});

Deno.test("POST /sign-out ends the session itself, and takes the cookie away", async () => {
  await using site = await startTestSite({ access: PASSWORD_ACCESS });
  const Cookie = await signIn(site);
  const response = await site.postForm(paths.signOut(), {}, { Cookie });
  assert.equal(response.status, 303);
  assert.equal(response.headers.get("Location"), paths.signIn());
  assert.match(response.headers.get("Set-Cookie") ?? "", /^callboard=; Max-Age=0; Path=\//);
  assert.equal((await site.get(paths.tasks(), { Cookie })).status, 401);
  assert.equal((await site.request(paths.signOut())).status, 405, "no link signs anybody out");
});

Deno.test("signing in leads to own pages only", async () => {
  await using site = await startTestSite({ access: PASSWORD_ACCESS });
  for (const to of ["//evil.example", "/\\evil.example", "https://evil.example", "/.//evil", ""]) {
    const response = await site.postForm(paths.signIn(), { password: PASSWORD, to });
    assert.equal(response.headers.get("Location"), paths.playground(), to);
    const Cookie = await signIn(site);
    const there = await site.get(paths.signIn(to), { Cookie });
    assert.equal(there.headers.get("Location"), paths.playground(), to);
    const html = await (await site.get(paths.signIn(to))).text();
    assert.match(html, /name="to" value="\/playground"/);
  }
});

Deno.test("whoever is signed in, or need not be, is led past the page", async () => {
  await using site = await startTestSite({ access: PASSWORD_ACCESS });
  const Cookie = await signIn(site);
  const response = await site.get(paths.signIn("/studio"), { Cookie });
  assert.equal(response.headers.get("Location"), "/studio");
  await using open = await startTestSite();
  assert.equal((await open.get(paths.signIn())).headers.get("Location"), paths.playground());
  assert.equal((await open.postForm(paths.signIn(), { password: "" })).status, 404);
});

Deno.test("nobody is told apart by what they ask for: page, fragment, problem, stream, change", async () => {
  await using site = await startTestSite({ access: PASSWORD_ACCESS });
  const app = await site.add();
  const taskId = await site.start(app.id);
  const fragment = await site.get(paths.tasks(), { ...PAGE, ...HTMX });
  assert.equal(fragment.status, 401);
  const html = await fragment.text();
  assert.match(html, /role="alert".*Sign in first.*<a href="\/sign-in"[^>]*>Sign in<\/a>/s);
  assert.doesNotMatch(html, /<html/);
  for (const path of [paths.task(taskId), paths.task("tsk_00000000000000000000000000")]) {
    const problem = await site.get(path, JSON_ONLY);
    assert.equal(problem.status, 401);
    assert.equal(problem.headers.get("Content-Type"), "application/problem+json");
    assert.equal(problem.headers.get("WWW-Authenticate"), "Bearer");
    assert.doesNotMatch(await problem.text(), new RegExp(taskId));
  }
  for (const path of [paths.taskEvents(taskId), paths.taskListEvents()]) {
    const stream = await site.get(path, { ...HTMX, Accept: "text/html, text/event-stream" });
    assert.equal(stream.status, 401);
    assert.equal(stream.headers.get("Cache-Control"), "no-store");
  }
  const change = await site.postForm(paths.appTasks(app.id), {}, PAGE);
  assert.equal(change.status, 303);
  assert.equal(change.headers.get("Location"), paths.signIn(), "a change is not made on the way");
  assert.equal((await site.executor.tasks.list({ limit: 10 })).rows.length, 1);
});

Deno.test("somebody who may not is told so: page, fragment and problem", async () => {
  await using site = await startTestSite({ access: PROVIDER_ACCESS });
  const { headers } = await signInAs(site, "viewer", "Vera");
  const app = await site.add();
  const forms: [Record<string, string>, RegExp][] = [
    [PAGE, /<html/],
    [HTMX, /role="alert"/],
    [JSON_ONLY, /"status":403/],
  ];
  for (const [more, sign] of forms) {
    const response = await site.postForm(paths.appTasks(app.id), {}, { ...headers, ...more });
    assert.equal(response.status, 403);
    assert.match(await response.text(), sign);
  }
});

Deno.test("GET /sign-in names the provider, where there is one", async () => {
  await using site = await startTestSite({ access: PROVIDER_ACCESS });
  const html = await (await site.get(paths.signIn("/tasks"), PAGE)).text();
  assert.match(html, /href="\/sign-in\/provider\?to=%2Ftasks">\s*Sign in with 127\.0\.0\.1/);
  assert.doesNotMatch(html, /type="password"/);
  assert.equal((await site.postForm(paths.signIn(), { password: "" })).status, 404);
});

Deno.test("after ten tries from one address no password is looked at for a while, elsewhere it is", async () => {
  await using site = await startTestSite({ access: PASSWORD_ACCESS, trustedProxies: 1 });
  const from = (address: string, password: string) =>
    site.postForm(paths.signIn(), { password }, { "X-Forwarded-For": `forged, ${address}` });
  for (let tries = 0; tries < 10; tries++) {
    assert.equal((await from("192.0.2.1", "wrong")).status, 422);
  }
  const refused = await from("192.0.2.1", PASSWORD);
  assert.equal(refused.status, 429);
  assert.match(await refused.text(), /Too many attempts\. Try again in (a|\d) minutes?/);
  const seconds = Number(refused.headers.get("Retry-After"));
  assert.ok(seconds > 0 && seconds <= 300);
  assert.equal((await from("192.0.2.2", PASSWORD)).status, 303);
  site.clock.advance(seconds * 1_000);
  assert.equal((await from("192.0.2.1", PASSWORD)).status, 303);
});

Deno.test("after a hundred tries in a minute, from wherever, nobody's password is looked at", async () => {
  await using site = await startTestSite({ access: PASSWORD_ACCESS, trustedProxies: 1 });
  const statuses = await Promise.all(
    Array.from({ length: 110 }, async (_, i) => {
      const headers = { "X-Forwarded-For": `192.0.2.${i}` };
      return (await site.postForm(paths.signIn(), { password: "wrong" }, headers)).status;
    }),
  );
  assert.equal(statuses.filter((status) => status === 422).length, 100);
  assert.equal(statuses.filter((status) => status === 429).length, 10);
});

Deno.test("the addresses of one IPv6 network count as one, and keep no other out", async () => {
  await using site = await startTestSite({ access: PASSWORD_ACCESS, trustedProxies: 1 });
  const from = async (address: string, password: string) => {
    const headers = { "X-Forwarded-For": address };
    return (await site.postForm(paths.signIn(), { password }, headers)).status;
  };
  const statuses: number[] = [];
  for (let i = 0; i < 150; i++) {
    statuses.push(await from(`2001:db8:0:1::${i.toString(16)}`, "wrong"));
  }
  assert.equal(statuses.filter((status) => status === 422).length, 10);
  assert.equal(await from("2001:db8:0:2::1", PASSWORD), 303);
  const { rows } = await site.executor.audit.page({ limit: 100 });
  assert.deepEqual(rows.map(({ did }) => did), ["signed-in", "sign-in-failed"]);
});

Deno.test("a browser that has signed in before is kept out by nobody else's tries", async () => {
  await using site = await startTestSite({ access: PASSWORD_ACCESS, trustedProxies: 1 });
  const tryFrom = async (address: string, password: string, Cookie = "") =>
    await site.postForm(paths.signIn(), { password }, { "X-Forwarded-For": address, Cookie });
  const first = await tryFrom("192.0.2.1", PASSWORD);
  const cookie = first.headers.getSetCookie().find((each) => each.startsWith("callboard_browser="));
  assert.match(
    cookie ?? "",
    /=cbb_[\w-]{43}; Max-Age=15552000; Path=\/; HttpOnly; SameSite=Strict$/,
  );
  const [known = ""] = (cookie ?? "").split(";");
  for (let i = 0; i < 101; i++) await tryFrom(`198.51.100.${i}`, "wrong");
  assert.equal((await tryFrom("192.0.2.2", PASSWORD)).status, 429);
  const forged = `callboard_browser=cbb_${"A".repeat(43)}`;
  assert.equal((await tryFrom("192.0.2.2", PASSWORD, forged)).status, 429);
  assert.equal((await site.get(paths.tasks(), { Cookie: known })).status, 401, "it opens nothing");
  const again = await tryFrom("192.0.2.2", PASSWORD, known);
  assert.equal(again.status, 303);
  assert.ok(
    again.headers.getSetCookie().some((each) => each.startsWith(known)),
    "it stays the same",
  );
  for (let tries = 1; tries < 10; tries++) {
    assert.equal((await tryFrom("192.0.2.2", "wrong", known)).status, 422);
  }
  assert.equal((await tryFrom("192.0.2.2", PASSWORD, known)).status, 429, "it has its own limit");
});

Deno.test("whoever has many addresses leaves few rows behind", async () => {
  await using site = await startTestSite({ access: PASSWORD_ACCESS, trustedProxies: 1 });
  const tryFrom = (i: number) =>
    site.postForm(paths.signIn(), { password: "wrong" }, {
      "X-Forwarded-For": `192.0.${i >> 8}.${i & 255}`,
    });
  for (let i = 0; i <= 100; i++) await tryFrom(i);
  await site.kv.idle();
  const { length } = site.kv.commits;
  for (let i = 101; i < 300; i++) assert.equal((await tryFrom(i)).status, 429);
  await site.kv.idle();
  assert.equal(site.kv.commits.length, length, "of those who come too late nothing is written");
  site.clock.advance(60_000);
  for (let i = 300; i < 350; i++) assert.equal((await tryFrom(i)).status, 422);
  const { rows } = await site.executor.audit.page({ limit: 200 });
  assert.equal(rows.length, 100, "and in an hour no more is told");
});

Deno.test("signing in and out, and failing to, stand in the audit list", async () => {
  await using site = await startTestSite({ access: PASSWORD_ACCESS });
  await site.postForm(paths.signIn(), { password: "wrong" });
  const Cookie = await signIn(site);
  await site.postForm(paths.signOut(), {}, { Cookie });
  await site.postForm(paths.signOut(), {}, { Cookie });
  const { rows } = await site.executor.audit.page({ limit: 10 });
  assert.deepEqual(rows.map(({ did, who }) => [did, who.name]), [
    ["signed-out", "Admin"],
    ["signed-in", "Admin"],
    ["sign-in-failed", "Somebody"],
  ]);
  assert.doesNotMatch(JSON.stringify(rows), /wrong|horse|cba_/);
});
