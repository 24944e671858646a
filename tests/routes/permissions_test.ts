import assert from "node:assert/strict";
import type { Identity } from "../../routes/access/identity.ts";
import { routeFiles } from "../../routes/app.tsx";
import { findFile } from "../../routes/lazy_routes.ts";
import { paths } from "../../routes/paths.ts";
import { PERMISSIONS } from "../../routes/permissions.ts";
import { TEXT_INPUT } from "../helpers/definitions.ts";
import { HTMX, JSON_ONLY, startTestSite } from "../helpers/http.ts";
import { makeLink } from "../helpers/links.ts";

Deno.test("the table says what each route needs, and names no other", async () => {
  await using site = await startTestSite();
  const answered = site.routes.filter(({ method }) => method !== "ALL");
  const names = new Set(answered.map(({ method, path }) => `${method} ${path}`));
  assert.deepEqual([...names].toSorted(), Object.keys(PERMISSIONS).toSorted());
});

Deno.test("what is loaded for a path has the routes that the table has there, and no other", async () => {
  await using site = await startTestSite();
  const files = routeFiles(site.deps);
  const fileOf = findFile(files);
  for (const load of new Set(Object.values(files))) {
    const answered = (await load()).routes.map(({ method, path }) => `${method} ${path}`);
    const wanted = Object.keys(PERMISSIONS)
      .filter((route) => fileOf(route.slice(route.indexOf("/"))) === load);
    assert.deepEqual([...new Set(answered)].toSorted(), wanted.toSorted());
  }
});

Deno.test("no route answers every method: the table could not tell them apart", async () => {
  await using site = await startTestSite();
  const all = site.routes.filter(({ method, path }) => method === "ALL" && path !== "/*");
  assert.deepEqual(all, []);
});

Deno.test("nobody gets 401, somebody who may not 403: page, fragment and problem", async () => {
  let identity: Identity = { type: "nobody" };
  await using site = await startTestSite({ identify: () => Promise.resolve(identity) });
  for (const headers of [{}, HTMX, JSON_ONLY]) {
    const response = await site.get(paths.tasks(), headers);
    assert.equal(response.status, 401);
    assert.equal(response.headers.get("WWW-Authenticate"), "Bearer");
    assert.equal(response.headers.get("Cache-Control"), "no-store");
    await response.body?.cancel();
  }
  assert.equal((await site.get(paths.health())).status, 200, "public");
  assert.equal((await site.get("/nowhere")).status, 404);

  identity = { type: "person", id: "1", name: "Vera", role: "viewer" };
  assert.equal((await site.get(paths.tasks())).status, 200);
  assert.equal((await site.postForm(paths.studio())).status, 403);

  identity = { type: "key", id: "2", name: "Nightly", scopes: ["run"], owner: null };
  assert.equal((await site.get(paths.tasks())).status, 403);
});

Deno.test("a key that may change but not read makes no link by which it could read or run", async () => {
  const key = { type: "key", id: "2", name: "Nightly", scopes: ["edit"], owner: null } as const;
  await using site = await startTestSite({ identify: () => Promise.resolve(key) });
  const app = await site.add();
  const taskId = await site.start(app.id);
  const body = { expiresInSeconds: 60, show: ["inputs"] };
  assert.equal((await site.postJson(paths.api.taskShares(taskId), body)).status, 403);
  assert.equal((await site.postForm(paths.taskShares(taskId))).status, 403);
  assert.equal((await site.postForm(paths.studioAppLinks(app.id))).status, 403);
  assert.equal((await site.postForm(paths.studioApp(app.id), { version: "0" })).status, 403);
});

Deno.test("a key that may change but not read is shown no links, and revokes them unseen", async () => {
  const key = { type: "key", id: "2", name: "Nightly", scopes: ["edit"], owner: null } as const;
  await using site = await startTestSite({ identify: () => Promise.resolve(key) });
  const app = await site.add();
  const taskId = await site.start(app.id);
  const { link } = await makeLink(site.executor, { kind: "task", taskId });
  for (const path of [paths.taskShares(taskId), paths.studioAppLinks(app.id)]) {
    assert.equal((await site.get(path)).status, 403, path);
  }
  assert.equal((await site.get(paths.api.taskShares(taskId))).status, 403);
  const revocation = paths.shareRevocation(link.id);
  assert.equal((await site.postForm(revocation, {}, HTMX)).status, 403, "its answer lists links");
  const revoked = await site.request(paths.api.share(link.id), { method: "DELETE" });
  assert.equal(revoked.status, 204);
});

Deno.test("a key that may run but not read is shown no apps when its inputs are wrong", async () => {
  const key = { type: "key", id: "2", name: "Nightly", scopes: ["run"], owner: null } as const;
  await using site = await startTestSite({ identify: () => Promise.resolve(key) });
  const app = await site.add({ name: "Payroll", inputs: [{ ...TEXT_INPUT, maxLength: 1 }] });
  const response = await site.postForm(paths.appTasks(app.id), { text: "long" });
  assert.equal(response.status, 422);
  assert.doesNotMatch(await response.text(), /Payroll/);
});

Deno.test("HEAD needs what GET needs", async () => {
  await using site = await startTestSite({ identify: () => Promise.resolve({ type: "nobody" }) });
  assert.equal((await site.request(paths.tasks(), { method: "HEAD" })).status, 401);
});
