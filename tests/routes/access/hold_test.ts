import assert from "node:assert/strict";
import { LONGEST_MS } from "../../../executor/access/sessions.ts";
import { paths } from "../../../routes/paths.ts";
import { followAll, TAKEN_AWAY } from "../../helpers/followers.ts";
import { startTestSite } from "../../helpers/http.ts";
import { PASSWORD_ACCESS, PROVIDER_ACCESS, signInAs } from "../../helpers/signed_in.ts";

async function startSite(access = PROVIDER_ACCESS) {
  const site = await startTestSite({ access });
  const app = await site.add();
  return { site, taskId: await site.start(app.id) };
}

Deno.test("signing out ends the streams of that session, and of no other", async () => {
  const { site, taskId } = await startSite();
  await using _ = site;
  const ada = await signInAs(site, "viewer", "Ada");
  const elsewhere = await signInAs(site, "viewer", "Ada");
  const bob = await signInAs(site, "viewer", "Bob");
  const left = await followAll(site, taskId, ada.headers);
  const kept = [
    await followAll(site, taskId, elsewhere.headers),
    await followAll(site, taskId, bob.headers),
  ];
  assert.equal(site.streams.count, 9);
  await site.postForm(paths.signOut(), {}, { ...ada.headers });
  assert.equal(site.streams.count, 6);
  assert.deepEqual(await left.told, TAKEN_AWAY);
  site.streams.closeAll();
  for (const { told } of kept) await told;
});

Deno.test("removing a person ends all their streams, and a lowered role leaves what they may read", async () => {
  const { site, taskId } = await startSite();
  await using _ = site;
  const ada = await signInAs(site, "editor", "Ada");
  const elsewhere = await signInAs(site, "editor", "Ada");
  const bob = await signInAs(site, "viewer", "Bob");
  const left = [
    await followAll(site, taskId, ada.headers),
    await followAll(site, taskId, elsewhere.headers),
  ];
  const kept = await followAll(site, taskId, bob.headers);
  const { people } = site.executor.access;
  await people.setRole(ada.id, "viewer");
  assert.equal(site.streams.count, 9);
  await people.remove(ada.id);
  assert.equal(site.streams.count, 3);
  for (const { told } of left) assert.deepEqual(await told, TAKEN_AWAY);
  assert.equal((await site.get(paths.taskEvents(taskId), { ...ada.headers })).status, 401);
  site.streams.closeAll();
  await kept.told;
});

Deno.test("a session that is a month old ends what is open by it", async () => {
  const { site, taskId } = await startSite(PASSWORD_ACCESS);
  await using _ = site;
  const response = await site.postForm(paths.signIn(), {
    password: "correct horse battery staple",
  });
  const Cookie = response.headers.get("Set-Cookie")?.split(";")[0] ?? "";
  const signedInAt = site.clock.now();
  const { told } = await followAll(site, taskId, { Cookie });
  site.clock.jump(signedInAt + LONGEST_MS - 1 - site.clock.now());
  site.clock.advance(0);
  assert.equal(site.streams.count, 3);
  site.clock.advance(1);
  assert.equal(site.streams.count, 0);
  assert.deepEqual(await told, TAKEN_AWAY);
});
