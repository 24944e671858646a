import assert from "node:assert/strict";
import { paths } from "../../../routes/paths.ts";
import { startTestSite, type TestSiteOptions } from "../../helpers/http.ts";
import { PASSWORD_ACCESS } from "../../helpers/signed_in.ts";

const HSTS = "Strict-Transport-Security";
const reachedAt = (publicOrigin: string) => ({ isOwnNamesOnly: false, publicOrigin });
const FORWARDED = { "X-Forwarded-Proto": "https" };

async function told(options: TestSiteOptions, headers: Record<string, string> = {}) {
  await using site = await startTestSite({ concurrency: 0, ...options });
  const answers = await Promise.all(
    [paths.playground(), "/nowhere", paths.health()].map((path) => site.get(path, headers)),
  );
  for (const { body } of answers) await body?.cancel();
  return [...new Set(answers.map(({ headers }) => headers.get(HSTS)))];
}

Deno.test("a server that people reach by https tells browsers to stay with it, in every answer", async () => {
  const kept = ["max-age=15552000"];
  assert.deepEqual(await told({ reach: reachedAt("https://callboard.example.org") }), kept);
  assert.deepEqual(await told({ trustedProxies: 1 }, FORWARDED), kept);
  const twoProxies = { "X-Forwarded-Proto": "https, http" };
  assert.deepEqual(await told({ trustedProxies: 2 }, twoProxies), kept);
});

Deno.test("a server that people reach by http never speaks of https", async () => {
  const none = [null];
  assert.deepEqual(await told({}), none);
  assert.deepEqual(await told({}, FORWARDED), none, "nobody's word");
  assert.deepEqual(await told({ reach: reachedAt("http://127.0.0.1:8000") }, FORWARDED), none);
  assert.deepEqual(await told({ trustedProxies: 1 }, { "X-Forwarded-Proto": "http" }), none);
  const forged = { "X-Forwarded-Proto": "https, http" };
  assert.deepEqual(await told({ trustedProxies: 1 }, forged), none, "a sender's own word");
});

Deno.test("a session behind a proxy that speaks https is a cookie for https alone", async () => {
  await using site = await startTestSite({ access: PASSWORD_ACCESS, trustedProxies: 1 });
  const password = { password: "correct horse battery staple" };
  const cookieOf = async (headers: Record<string, string>) => {
    const answer = await site.postForm(paths.signIn(), password, headers);
    assert.equal(answer.status, 303);
    return answer.headers.getSetCookie()[0] ?? "";
  };
  const cookie = await cookieOf(FORWARDED);
  assert.match(cookie, /^__Host-callboard=cba_.*; Secure/);
  const headers = { ...FORWARDED, Cookie: cookie.split(";")[0] ?? "" };
  assert.equal((await site.get(paths.playground(), headers)).status, 200);
  assert.doesNotMatch(await cookieOf({}), /__Host-|Secure/);
});
