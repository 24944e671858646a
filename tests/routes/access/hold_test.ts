import assert from "node:assert/strict";
import { LONGEST_MS } from "../../../executor/access/sessions.ts";
import { paths } from "../../../routes/paths.ts";
import { startTestSite, type TestSite } from "../../helpers/http.ts";
import {
  PASSWORD_ACCESS,
  PROVIDER_ACCESS,
  type SignedInHeaders,
  signInAs,
} from "../../helpers/signed_in.ts";
import { SseReader } from "../../helpers/sse.ts";

/** Opens the three streams there are; the events that each told until its end. */
async function follow(site: TestSite, taskId: string, headers: SignedInHeaders) {
  const urls = [paths.api.taskEvents(taskId), paths.taskEvents(taskId), paths.taskListEvents()];
  const answers = await Promise.all(urls.map((url) => site.get(url, { ...headers })));
  assert.deepEqual(answers.map(({ status }) => status), [200, 200, 200]);
  const all = answers.map(async (answer) => {
    const told = await new SseReader(answer).rest();
    return told.map(({ event }) => event).filter((event) => event !== null);
  });
  await site.kv.idle();
  return Promise.all(all);
}

const ENDED = [["task"], ["gone", "done"], ["gone", "done"]];

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
  const left = follow(site, taskId, ada.headers);
  const kept = [follow(site, taskId, elsewhere.headers), follow(site, taskId, bob.headers)];
  await site.kv.idle();
  assert.equal(site.streams.count, 9);
  await site.postForm(paths.signOut(), {}, { ...ada.headers });
  assert.equal(site.streams.count, 6);
  assert.deepEqual(await left, ENDED);
  site.streams.closeAll();
  await Promise.all(kept);
});

Deno.test("removing a person ends all their streams, and a lowered role leaves what they may read", async () => {
  const { site, taskId } = await startSite();
  await using _ = site;
  const ada = await signInAs(site, "editor", "Ada");
  const elsewhere = await signInAs(site, "editor", "Ada");
  const bob = await signInAs(site, "viewer", "Bob");
  const ended = [follow(site, taskId, ada.headers), follow(site, taskId, elsewhere.headers)];
  const kept = follow(site, taskId, bob.headers);
  await site.kv.idle();
  const { people } = site.executor.access;
  await people.setRole(ada.id, "viewer");
  assert.equal(site.streams.count, 9);
  await people.remove(ada.id);
  assert.equal(site.streams.count, 3);
  assert.deepEqual(await Promise.all(ended), [ENDED, ENDED]);
  assert.equal((await site.get(paths.taskEvents(taskId), { ...ada.headers })).status, 401);
  site.streams.closeAll();
  await kept;
});

Deno.test("a session that is a month old ends what is open by it", async () => {
  const { site, taskId } = await startSite(PASSWORD_ACCESS);
  await using _ = site;
  const response = await site.postForm(paths.signIn(), {
    password: "correct horse battery staple",
  });
  const Cookie = response.headers.get("Set-Cookie")?.split(";")[0] ?? "";
  const ended = follow(site, taskId, { Cookie });
  await site.kv.idle();
  site.clock.jump(LONGEST_MS - 1);
  site.clock.advance(0);
  assert.equal(site.streams.count, 3);
  site.clock.advance(1);
  assert.equal(site.streams.count, 0);
  assert.deepEqual(await ended, ENDED);
});
