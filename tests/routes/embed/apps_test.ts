import assert from "node:assert/strict";
import { paths } from "../../../routes/paths.ts";
import { outputOf } from "../../helpers/definitions.ts";
import { JSON_ONLY, startTestSite, type TestSite } from "../../helpers/http.ts";
import { appLink, SCRIPT, SITE } from "../../helpers/links.ts";

const INPUTS = [
  { name: "topic", label: "Topic", type: "text", required: true },
  { name: "attributes", label: "More", type: "multiline" },
];
const NOBODY = { identify: () => Promise.resolve({ type: "nobody" } as const) };

async function addApp(site: TestSite) {
  return await site.add({
    name: "Teller",
    description: "Tells of a topic",
    inputs: INPUTS,
    steps: [{ id: "tell" }],
    outputs: [outputOf("tell")],
  });
}

async function countTasks({ executor }: TestSite): Promise<number> {
  return (await executor.tasks.list({ limit: 100 })).rows.length;
}

Deno.test("GET /embed/apps/:token is a page with the form, for frames of the link's sites", async () => {
  await using site = await startTestSite(NOBODY);
  const { token } = await appLink(site.executor, (await addApp(site)).id);
  const answer = await site.get(`${paths.embed.app(token)}?topic=Tides`);
  assert.equal(answer.status, 200);
  assert.equal(
    answer.headers.get("Content-Security-Policy"),
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
      `form-action 'self'; base-uri 'none'; frame-ancestors 'self' ${SITE}`,
  );
  const html = await answer.text();
  assert.match(html, /Teller.*Tells of a topic/s);
  assert.match(html, /value="Tides"/);
  assert.match(html, /<callboard-app[^>]* query="\?topic=Tides"/, "what its element asks with");
  const fragment = await (await site.get(`${paths.embed.appFragment(token)}?topic=Tides`)).text();
  assert.match(fragment, /value="Tides"/);
  assert.ok(html.includes(`action="${paths.embed.appTasks(token)}"`));
  assert.doesNotMatch(html, /app_|Studio|playground/);
});

Deno.test("POST /embed/apps/:token/tasks from an allowed site starts a task that only its token shows", async () => {
  await using site = await startTestSite(NOBODY);
  const { token } = await appLink(site.executor, (await addApp(site)).id);
  const path = paths.embed.appTasks(token);
  const answer = await site.postForm(path, { topic: "Tides" }, SCRIPT);
  assert.equal(answer.status, 201);
  assert.equal(answer.headers.get("Access-Control-Allow-Origin"), SITE);
  assert.equal(answer.headers.get("Cache-Control"), "no-store");
  const body = await answer.json();
  assert.deepEqual(Object.keys(body), ["token", "expiresAt"]);
  assert.equal(answer.headers.get("Location"), paths.embed.task(body.token));
  const { rows: [row] } = await site.executor.tasks.list({ limit: 1 });
  assert.equal(row?.origin.kind, "embed");

  (await site.gates.next()).done("All about tides");
  await site.ended(row?.id ?? "");
  const shown = await site.get(paths.embed.taskFragment(body.token), { Origin: SITE });
  assert.match(await shown.text(), /All about tides/);
  assert.equal((await site.get(paths.embed.taskFragment(token))).status, 404, "the app's token");
  assert.equal((await site.get(paths.task(row?.id ?? ""))).status, 401);
});

Deno.test("POST /embed/apps/:token/tasks takes wrong inputs back, with what is wrong beside them", async () => {
  await using site = await startTestSite(NOBODY);
  const { token } = await appLink(site.executor, (await addApp(site)).id);
  const path = paths.embed.appTasks(token);
  const fields = { topic: "", attributes: "kept <b>" };
  const script = await site.postForm(path, fields, SCRIPT);
  assert.equal(script.status, 422);
  const html = await script.text();
  assert.doesNotMatch(html, /<html/);
  assert.match(html, /aria-invalid="true".*field-topic-error.*kept &lt;b&gt;/s);

  const page = await site.postForm(path, fields);
  assert.equal(page.status, 422);
  assert.match(await page.text(), /<html.*field-topic-error/s);

  const program = await site.postJson(path, { inputs: {} }, JSON_ONLY);
  assert.equal(program.headers.get("Content-Type"), "application/problem+json");
  assert.deepEqual(Object.keys((await program.json()).errors), ["topic"]);
  assert.equal((await site.postJson(path, { inputs: {}, appId: "app_1" })).status, 400);
  assert.equal((await site.postJson(path, { inputs: { topic: "x", other: 1 } })).status, 422);
  assert.equal(await countTasks(site), 0);
});

Deno.test("POST /embed/apps/:token/tasks leads a form without a script to its task", async () => {
  await using site = await startTestSite({ ...NOBODY, concurrency: 0 });
  const { token } = await appLink(site.executor, (await addApp(site)).id);
  const answer = await site.postForm(paths.embed.appTasks(token), { topic: "Tides" }, {
    "Sec-Fetch-Site": "same-origin",
    Accept: "text/html",
  });
  assert.equal(answer.status, 303);
  const location = answer.headers.get("Location") ?? "";
  assert.match(location, /^\/embed\/tasks\/cbv_/);
  assert.equal((await site.get(location)).status, 200);
});

Deno.test("a start from a site that is not allowed is 403, and so is all else from one that is", async () => {
  await using site = await startTestSite({ concurrency: 0 });
  const app = await addApp(site);
  const { link, token } = await appLink(site.executor, app.id);
  const path = paths.embed.appTasks(token);
  for (const Origin of ["https://other.example", "null", `${SITE}.example`, `${SITE}:8443`]) {
    const answer = await site.postForm(path, { topic: "x" }, { ...SCRIPT, Origin });
    assert.equal(answer.status, 403, Origin);
    assert.equal(answer.headers.get("Access-Control-Allow-Origin"), null);
  }
  const elsewhere = [
    paths.appTasks(app.id),
    paths.api.appTasks(app.id),
    paths.studioApp(app.id),
    paths.studioAppDeletion(app.id),
    `${path}/`,
    paths.embed.appTasks("cbs_nothing"),
  ];
  for (const other of elsewhere) {
    assert.equal((await site.postForm(other, { topic: "x" }, SCRIPT)).status, 403, other);
  }
  await site.executor.links.revoke(link.id);
  assert.equal((await site.postForm(path, { topic: "x" }, SCRIPT)).status, 403, "revoked");
  assert.equal((await site.postForm(path, { topic: "x" })).status, 404);
  assert.equal(await countTasks(site), 0);
});

Deno.test("OPTIONS /embed/apps/:token/tasks lets those sites send, and no other", async () => {
  await using site = await startTestSite();
  const { token } = await appLink(site.executor, (await addApp(site)).id);
  const ask = (Origin: string) =>
    site.request(paths.embed.appTasks(token), { method: "OPTIONS", headers: { Origin } });
  const allowed = await ask(SITE);
  assert.equal(allowed.status, 204);
  assert.equal(allowed.headers.get("Access-Control-Allow-Methods"), "POST");
  assert.equal((await ask("https://other.example")).status, 403);
});

Deno.test("POST /embed/apps/:token/tasks says when to try again where the queue is full", async () => {
  await using site = await startTestSite({ concurrency: 0, maxQueued: 1 });
  const { token } = await appLink(site.executor, (await addApp(site)).id);
  const path = paths.embed.appTasks(token);
  assert.equal((await site.postForm(path, { topic: "x" }, SCRIPT)).status, 201);
  const full = await site.postForm(path, { topic: "kept words" }, { Accept: "text/html" });
  assert.equal(full.status, 503);
  assert.ok(Number(full.headers.get("Retry-After")) > 0);
  assert.match(await full.text(), /1 task is queued already.*kept words/s);
  const script = await site.postForm(path, { topic: "x" }, SCRIPT);
  assert.equal(script.headers.get("Content-Type"), "application/problem+json");
});

Deno.test("POST /embed/apps/:token/tasks stops when the day's tokens are used", async () => {
  await using site = await startTestSite();
  const { token } = await appLink(site.executor, (await addApp(site)).id, { tokensPerDay: 10 });
  const path = paths.embed.appTasks(token);
  assert.equal((await site.postForm(path, { topic: "x" }, SCRIPT)).status, 201);
  const run = await site.gates.next();
  run.done("", { inputTokens: 5, outputTokens: 5 });
  await site.ended(run.taskId);
  const refused = await site.postForm(path, { topic: "x" }, SCRIPT);
  assert.equal(refused.status, 429);
  assert.ok(Number(refused.headers.get("Retry-After")) > 0);
  assert.match((await refused.json()).detail, /Try again tomorrow$/);
  assert.equal(await countTasks(site), 1);
});

Deno.test("GET /embed/badges/:badge.svg is one word, and nothing else of the app", async () => {
  await using site = await startTestSite(NOBODY);
  const app = await addApp(site);
  const { link, token } = await appLink(site.executor, app.id);
  const name = await site.executor.links.badgeOf(link.id) ?? "";
  const badge = async (path = paths.embed.badge(name)) => {
    const answer = await site.get(path);
    assert.equal(answer.headers.get("Content-Type"), "image/svg+xml");
    assert.equal(answer.headers.get("Cache-Control"), "public, max-age=60");
    assert.equal(answer.headers.get("Cross-Origin-Resource-Policy"), "cross-origin");
    const svg = await answer.text();
    assert.doesNotMatch(svg, /Teller|topic|app_|tsk_|<script/);
    return /<title>([^<]*)<\/title>/.exec(svg)?.[1];
  };
  assert.equal(await badge(), "Callboard: No tasks");
  const taskId = await site.start(app.id, { topic: "x" });
  assert.equal(await badge(), "Callboard: Running");
  (await site.gates.next()).done();
  await site.ended(taskId);
  assert.equal(await badge(), "Callboard: Completed");
  assert.equal(await badge(paths.embed.appBadge(token)), "Callboard: Completed", "as before");
  const { embed } = paths;
  for (const path of [embed.app(name), embed.appFragment(name), embed.appBadge(name)]) {
    assert.equal((await site.get(path)).status, 404, "it opens nothing else");
  }
  assert.equal((await site.postForm(embed.appTasks(name), { topic: "x" })).status, 404);
  for (const wrong of ["", ".", link.id, `${name}A`, name.replace("lnk_", "lnk_0"), token]) {
    assert.equal((await site.get(embed.badge(wrong))).status, 404, wrong);
  }
  await site.executor.links.revoke(link.id);
  assert.equal((await site.get(embed.badge(name))).status, 404);
  assert.equal((await site.get(embed.appBadge("cbs_nothing"))).status, 404);
});
