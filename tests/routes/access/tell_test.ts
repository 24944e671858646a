import assert from "node:assert/strict";
import type { Identity } from "../../../routes/access/identity.ts";
import { paths } from "../../../routes/paths.ts";
import { startTestSite, type TestSite } from "../../helpers/http.ts";
import { ownKey, PROVIDER_ACCESS, signInAs } from "../../helpers/signed_in.ts";

const ANN: Identity = { type: "person", id: "per_ann", name: "Ann", role: "editor" };

async function told({ executor, kv }: TestSite): Promise<string[]> {
  await kv.idle();
  const { rows } = await executor.audit.page({ limit: 100 });
  return rows.toReversed().map(({ who, did, what }) => `${who.name} ${did} ${what?.name}`);
}

Deno.test("what people do with tasks and apps stands in the audit list, once each", async () => {
  await using site = await startTestSite({ identify: () => Promise.resolve(ANN), concurrency: 0 });
  const app = await site.add({ name: "Brief" });
  const started = await site.postForm(paths.appTasks(app.id));
  const taskId = started.headers.get("Location")?.split("/").at(-1) ?? "";
  await site.kv.idle();
  await site.postJson(paths.api.taskForks(taskId), {});
  await site.kv.idle();
  await site.postForm(paths.taskCancellation(taskId));
  await site.postForm(paths.taskCancellation(taskId));
  await site.request(paths.task(taskId), { method: "DELETE" });
  await site.request(paths.task(taskId), { method: "DELETE" });
  await site.postForm(paths.studio());
  await site.postForm(paths.studioApp(app.id), {
    name: "",
    description: "",
    definition: "",
    version: "2",
  });
  await site.postForm(paths.studioAppDeletion(app.id));
  await site.postForm(paths.studioAppDeletion(app.id));
  assert.deepEqual(await told(site), [
    "Ann task-run Brief",
    "Ann task-forked Brief",
    "Ann task-cancelled Brief",
    "Ann task-deleted Brief",
    "Ann app-created New app",
    "Ann app-deleted Brief",
  ]);
});

Deno.test("a save stands in the audit list when it makes a version", async () => {
  await using site = await startTestSite({ identify: () => Promise.resolve(ANN) });
  const app = await site.add({ name: "Brief" });
  const { inputs, steps, outputs } = app.definition;
  const definition = JSON.stringify({ inputs, steps, outputs });
  const fields = { name: "Brief 2", description: "", definition };
  await site.postForm(paths.studioApp(app.id), { ...fields, version: "2" });
  await site.postForm(paths.studioApp(app.id), { ...fields, version: "3" });
  assert.deepEqual(await told(site), ["Ann app-saved Brief 2"]);
});

Deno.test("a start that is sent again is told of once, and one by anybody not at all", async () => {
  let identity: Identity = ANN;
  await using site = await startTestSite({
    identify: () => Promise.resolve(identity),
    concurrency: 0,
  });
  const app = await site.add({ name: "Brief" });
  const start = () =>
    site.postJson(paths.api.appTasks(app.id), {}, { "Idempotency-Key": "order-17" });
  await start();
  await start();
  identity = { type: "open" };
  await start();
  assert.deepEqual(await told(site), ["Ann task-run Brief"]);
});

Deno.test("what a person's own key does is told by its name and its owner's, whatever it is called", async () => {
  await using site = await startTestSite({ access: PROVIDER_ACCESS, concurrency: 0 });
  const taskId = await site.start((await site.add({ name: "Brief" })).id);
  await signInAs(site, "editor", "Ada");
  const bob = await signInAs(site, "editor", "Bob");
  const headers = await ownKey(site, bob.id, "Ada");
  const share = { show: ["outputs"], expiresInSeconds: 3_600 };
  const shared = await site.postJson(paths.api.taskShares(taskId), share, headers);
  assert.equal(shared.status, 201);
  assert.deepEqual(await told(site), ["Ada (key of Bob) share-created Brief"]);
  const [link] = await site.executor.links.listOfTask(taskId);
  assert.equal(link?.createdBy, "Ada (key of Bob)");
});

Deno.test("what cannot be told holds nobody up", async () => {
  await using site = await startTestSite({ identify: () => Promise.resolve(ANN), concurrency: 0 });
  const app = await site.add({ name: "Brief" });
  let isAudit = false;
  site.kv.hooks = {
    onCommit(seen, commit) {
      isAudit = seen.mutations.some(({ key }) => key[0] === "audit");
      return isAudit ? Promise.reject(new Error("The disk is full")) : commit();
    },
  };
  assert.equal((await site.postForm(paths.appTasks(app.id))).status, 303);
  await site.kv.idle();
  site.clock.advance(250);
  await site.kv.idle();
  assert.ok(isAudit);
  site.kv.hooks = {};
  assert.deepEqual(await told(site), ["Ann task-run Brief"]);
});
