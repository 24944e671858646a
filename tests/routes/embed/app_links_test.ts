import assert from "node:assert/strict";
import { paths } from "../../../routes/paths.ts";
import { startTestSite, type TestSite } from "../../helpers/http.ts";
import { appLink } from "../../helpers/links.ts";

const FIELDS = {
  sites: "https://Elsewhere.example/\nhttp://localhost:3000, https://elsewhere.example",
  tokens_per_day: "50,000",
  days: "7",
};
const DAY_MS = 24 * 60 * 60 * 1_000;

async function linksOf({ executor }: TestSite, appId: string) {
  return await executor.links.listOfApp(appId);
}

Deno.test("POST /studio/:appId/links makes a link, and shows what to copy this once", async () => {
  await using site = await startTestSite();
  const app = await site.add({ name: `Teller "of" tales` });
  const path = paths.studioAppLinks(app.id);
  const answer = await site.postForm(path, { ...FIELDS, steps: "on" });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("Cache-Control"), "no-store");
  const html = await answer.text();
  const token = /cbs_[\w-]{43}/.exec(html)?.[0] ?? "";
  for (const part of ["address", "iframe", "element", "badge"]) {
    assert.ok(html.includes(`data-copy="#embed-${part}"`) && html.includes(`id="embed-${part}"`));
  }
  const [link] = await linksOf(site, app.id);
  assert.deepEqual(link?.origins, ["https://elsewhere.example", "http://localhost:3000"]);
  assert.deepEqual(link?.target, { kind: "app", appId: app.id, tokensPerDay: 50_000 });
  assert.deepEqual(link?.show, ["outputs", "steps"]);
  assert.equal((link?.expiresAt ?? 0) - (link?.createdAt ?? 0), 7 * DAY_MS);
  assert.equal((await site.executor.links.open(token))?.id, link?.id);

  const page = await (await site.get(path)).text();
  assert.ok(page.includes("https://elsewhere.example, http://localhost:3000"));
  assert.match(page, /Shows outputs and steps, 50,000 tokens a day/);
  assert.ok(!page.includes("cbs_"), "never again");
});

Deno.test("who makes a link to an app, and who revokes it, is told to the audit list", async () => {
  await using site = await startTestSite();
  const app = await site.add({ name: "Brief" });
  await site.postForm(paths.studioAppLinks(app.id), FIELDS);
  const [link] = await linksOf(site, app.id);
  await site.postForm(paths.studioAppLinkRevocation(app.id, link?.id ?? ""));
  await site.postForm(paths.studioAppLinkRevocation(app.id, link?.id ?? ""));
  const { rows } = await site.executor.audit.page({ family: "access", limit: 10 });
  const what = { kind: "link", id: link?.id, name: "Brief", targetId: app.id };
  assert.deepEqual(rows.map((row) => [row.did, row.what]), [
    ["link-revoked", what],
    ["link-created", what],
  ]);
});

Deno.test("POST /studio/:appId/links shows nothing but outputs unless it is asked to", async () => {
  await using site = await startTestSite();
  const app = await site.add();
  await site.postForm(paths.studioAppLinks(app.id), { ...FIELDS, sites: "" });
  const [link] = await linksOf(site, app.id);
  assert.deepEqual([link?.show, link?.origins], [["outputs"], []]);
});

Deno.test("POST /studio/:appId/links says beside the field what is wrong, and keeps what was typed", async () => {
  await using site = await startTestSite();
  const app = await site.add();
  const path = paths.studioAppLinks(app.id);
  const wrong = [
    { sites: "example.org" },
    { sites: "https://example.org/path" },
    { sites: "https://user@example.org" },
    { sites: "javascript:alert(1)" },
    { sites: "*" },
    { sites: "null" },
    { sites: Array.from({ length: 21 }, (_, i) => `https://${i}.example`).join(" ") },
    { tokens_per_day: "0" },
    { tokens_per_day: "many" },
    { tokens_per_day: "1e9" },
  ];
  for (const fields of wrong) {
    const answer = await site.postForm(path, { ...FIELDS, ...fields });
    assert.equal(answer.status, 422, JSON.stringify(fields));
    const html = await answer.text();
    assert.match(html, /aria-invalid="true"/);
    assert.ok(html.includes(Object.values(fields)[0] ?? ""));
  }
  assert.equal((await site.postForm(path, { ...FIELDS, days: "9" })).status, 400);
  assert.deepEqual(await linksOf(site, app.id), []);
});

Deno.test("POST /studio/:appId/links/:linkId/revocation ends the app's own link, and no other", async () => {
  await using site = await startTestSite();
  const [app, other] = [await site.add(), await site.add()];
  const { link, token } = await appLink(site.executor, app.id);
  for (const [appId, linkId] of [[other.id, link.id], [app.id, "lnk_x"]] as const) {
    const answer = await site.postForm(paths.studioAppLinkRevocation(appId, linkId));
    assert.equal(answer.status, 303);
    assert.notEqual(await site.executor.links.open(token), null);
  }
  const answer = await site.postForm(paths.studioAppLinkRevocation(app.id, link.id));
  assert.equal(answer.headers.get("Location"), paths.studioAppLinks(app.id));
  assert.equal(await site.executor.links.open(token), null);
  assert.deepEqual(await linksOf(site, app.id), []);
});

Deno.test("GET /studio/:appId/links is for those who may edit", async () => {
  const viewer = { type: "person", id: "1", name: "Vera", role: "viewer" } as const;
  await using site = await startTestSite({ identify: () => Promise.resolve(viewer) });
  const app = await site.add();
  assert.equal((await site.get(paths.studioAppLinks(app.id))).status, 403);
  assert.doesNotMatch(await (await site.get(paths.studioApp(app.id))).text(), /Embed/);
});
