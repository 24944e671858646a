import assert from "node:assert/strict";
import type { AuditRow } from "../../../executor/deeds.ts";
import { AuditList, AuditPage } from "../../../views/settings/audit_page.tsx";
import { context, count, HOSTILE, htmlOf } from "../samples.ts";

const ANN = { kind: "person", id: "per_1", name: "Ann" } as const;

function rowOf(changes: Partial<AuditRow> = {}): AuditRow {
  const what = { kind: "task", id: "tsk_1", name: "Echo" } as const;
  return { id: "aud_1", at: context.now, who: ANN, did: "task-cancelled", what, ...changes };
}

function listOf(rows: readonly AuditRow[], query = {}): string {
  return htmlOf(
    <AuditList context={context} query={query} page={{ rows, older: "aud_0", newer: null }} />,
  );
}

Deno.test("AuditList says who did what to what, and leads to both", () => {
  const html = listOf([rowOf()]);
  assert.match(html, /<a href="\/settings\/audit\?who=per_1"[^>]*>Ann<\/a>/);
  assert.match(html, /Cancelled a task of <a href="\/tasks\/tsk_1" title="tsk_1">Echo<\/a>/);
  assert.match(html, /<time datetime="2026-11-22T14:21:48.000Z"/);
});

Deno.test("AuditList leads from a link to where it can be revoked", () => {
  const share = { kind: "share", id: "lnk_1", name: "Echo", targetId: "tsk_1" } as const;
  assert.match(
    listOf([rowOf({ did: "share-created", what: share })]),
    /Shared a task of <a href="\/tasks\/tsk_1\/shares" title="lnk_1">Echo<\/a>/,
  );
  const link = { kind: "link", id: "lnk_2", name: "Echo", targetId: "app_1" } as const;
  assert.match(
    listOf([rowOf({ did: "link-created", what: link })]),
    /Made a link to the app <a href="\/studio\/app_1\/links" title="lnk_2">Echo<\/a>/,
  );
});

Deno.test("AuditList does not lead to what is gone or nothing", () => {
  const app = { kind: "app", id: "app_1", name: "Echo" } as const;
  assert.match(
    listOf([rowOf({ did: "app-deleted", what: app })]),
    /Deleted the app <b>Echo<\/b>/,
  );
  const nobody = { kind: "anybody", id: "", name: "Somebody" } as const;
  const html = listOf([rowOf({ who: nobody, did: "signed-out", what: null })]);
  assert.match(html, /<td[^>]*>Somebody<\/td>/);
  assert.match(html, /Signed out/);
});

Deno.test("AuditList says which filter is on: one family, or one person and no family", () => {
  const current = /<a [^>]*aria-current="true"[^>]*>(\w+)<\/a>/g;
  const currentIn = (html: string) => [...html.matchAll(current)].map(([, word]) => word);
  assert.deepEqual(currentIn(listOf([rowOf()])), ["All"]);
  assert.deepEqual(currentIn(listOf([rowOf()], { family: "access" })), ["Access"]);
  const ofAnn = listOf([rowOf()], { who: "per_1" });
  assert.deepEqual(currentIn(ofAnn), []);
  assert.match(ofAnn, /Only what Ann did\./);
});

Deno.test("AuditList leads on by cursor and keeps its filter", () => {
  assert.match(
    listOf([rowOf()], { family: "apps" }),
    /rel="next" href="\/settings\/audit\?family=apps&amp;before=aud_0"/,
  );
  assert.ok(listOf([]).includes("Nothing is told here."));
});

Deno.test("AuditPage shows names as text, whoever wrote them", () => {
  const what = { kind: "app", id: "app_1", name: HOSTILE } as const;
  const row = rowOf({ who: { ...ANN, name: HOSTILE }, did: "app-saved", what, detail: HOSTILE });
  const page = { rows: [row], older: null, newer: null };
  const html = htmlOf(<AuditPage context={context} query={{ who: "per_1" }} page={page} />);
  assert.equal(count(html, "&lt;hx-partial"), 4);
  assert.ok(!html.includes("<hx-partial") && !html.includes("<script>"));
});
