import assert from "node:assert/strict";
import { paths } from "../../../routes/paths.ts";
import { HTMX, startTestSite, type TestSite } from "../../helpers/http.ts";

const { settings } = paths;

function tellMany({ executor }: TestSite, count: number): void {
  for (let i = 1; i <= count; i++) {
    executor.audit.tell({
      who: { kind: "person", id: "per_ann", name: "Ann <b>" },
      did: "app-saved",
      what: { kind: "app", id: "app_1", name: `App <i>${i}</i>` },
    });
  }
}

function hrefOf(html: string, id: string): string | null {
  const [, href] = new RegExp(`id="${id}" rel="\\w+" href="([^"]+)"`).exec(html) ?? [];
  return href?.replaceAll("&amp;", "&") ?? null;
}

Deno.test("GET /settings/audit tells who did what, newest first, a page at a time", async () => {
  await using site = await startTestSite();
  tellMany(site, 120);
  const first = await site.get(settings.audit());
  assert.equal(first.status, 200);
  assert.equal(first.headers.get("Cache-Control"), "no-store");
  const html = await first.text();
  assert.match(html, /Saved the app <a href="\/studio\/app_1" title="app_1">App &lt;i&gt;120/);
  assert.match(html, /href="\/settings\/audit\?who=per_ann"[^>]*>Ann &lt;b&gt;/);
  assert.doesNotMatch(html, /<i>|Ann <b>/);
  const [, oldest] = /(\d+)&lt;\/i&gt;<\/a>(?![^]*&lt;\/i&gt;)/.exec(html) ?? [];
  assert.equal(oldest, "71");
  const second = await (await site.get(hrefOf(html, "older-tasks") ?? "")).text();
  assert.match(second, /App &lt;i&gt;70&lt;/);
  const third = await (await site.get(hrefOf(second, "older-tasks") ?? "")).text();
  assert.match(third, /App &lt;i&gt;1&lt;/);
  assert.equal(hrefOf(third, "older-tasks"), null);
  const back = await (await site.get(hrefOf(third, "newer-tasks") ?? "")).text();
  assert.match(back, /App &lt;i&gt;70&lt;/);
});

Deno.test("GET /settings/audit narrows to a family or to whoever did it, as a fragment for htmx", async () => {
  await using site = await startTestSite();
  tellMany(site, 1);
  const key = { kind: "key", id: "key_1", name: "Nightly" } as const;
  site.executor.audit.tell({
    who: key,
    did: "task-run",
    what: { kind: "task", id: "tsk_1", name: "T" },
  });
  const rows = async (query: Parameters<typeof settings.audit>[0]) => {
    const html = await (await site.get(settings.audit(query), HTMX)).text();
    assert.match(html, /^<div id="audit-list">/);
    return [/Saved the app/.test(html), /Ran <a href="\/tasks\/tsk_1"/.test(html)];
  };
  assert.deepEqual(await rows({}), [true, true]);
  assert.deepEqual(await rows({ family: "apps" }), [true, false]);
  assert.deepEqual(await rows({ family: "tasks" }), [false, true]);
  assert.deepEqual(await rows({ family: "access" }), [false, false]);
  assert.deepEqual(await rows({ who: "key_1" }), [false, true]);
  const { rows: [row] } = await site.executor.audit.page({ limit: 1 });
  const both = `before=${row?.id}&after=${row?.id}`;
  for (const query of ["family=x", "before=x", both, `who=${"x".repeat(201)}`]) {
    assert.equal((await site.get(`${settings.audit()}?${query}`)).status, 400);
  }
});

Deno.test("GET /settings/audit narrowed to an address says where it came from", async () => {
  await using site = await startTestSite();
  const who = { kind: "anybody", id: "192.0.2.1", name: "Somebody" } as const;
  site.executor.audit.tell({ who, did: "sign-in-failed", what: null });
  tellMany(site, 1);
  const html = await (await site.get(settings.audit({ who: who.id }))).text();
  assert.match(html, /Only what came from 192\.0\.2\.1\./);
  const ofAnn = await (await site.get(settings.audit({ who: "per_ann" }))).text();
  assert.match(ofAnn, /Only what Ann &lt;b&gt; did\./);
});
