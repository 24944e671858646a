import assert from "node:assert/strict";
import { paths } from "../../../routes/paths.ts";
import { startTestSite } from "../../helpers/http.ts";
import { appLink, makeLink } from "../../helpers/links.ts";

const HERE = "http://callboard.test";

Deno.test("GET /oembed gives one iframe for a shared task, within the size that was asked for", async () => {
  await using site = await startTestSite({ identify: () => Promise.resolve({ type: "nobody" }) });
  const app = await site.add({ name: `Digest "of" <b>` });
  const taskId = await site.start(app.id);
  const { token } = await makeLink(site.executor, { kind: "task", taskId });
  const answer = await site.get(
    `${paths.oEmbed(HERE + paths.shared(token))}&maxwidth=300&maxheight=9000&format=json`,
  );
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get("Content-Type") ?? "", /^application\/json/);
  assert.equal(answer.headers.get("Access-Control-Allow-Origin"), "*");
  const { html, ...rest } = await answer.json();
  assert.deepEqual({ ...rest, title: undefined }, {
    version: "1.0",
    type: "rich",
    title: undefined,
    provider_name: "Callboard",
    provider_url: HERE,
    cache_age: 300,
    width: 300,
    height: 400,
  });
  assert.equal(html.match(/</g)?.length, 2, "one element, and nothing but");
  assert.ok(html.startsWith(`<iframe src="${HERE}${paths.embed.task(token)}" title="`));
  assert.match(html, / width="300" height="400" .*><\/iframe>$/);
});

Deno.test("GET /oembed gives one iframe for an app", async () => {
  await using site = await startTestSite();
  const { token } = await appLink(site.executor, (await site.add({ name: "Teller" })).id);
  const body = await (await site.get(paths.oEmbed(HERE + paths.embed.app(token)))).json();
  assert.equal(body.title, "Teller");
  assert.ok(body.html.includes(`src="${HERE}${paths.embed.app(token)}"`));
});

Deno.test("GET /oembed is 404 for other addresses, 501 for XML, 400 for none", async () => {
  await using site = await startTestSite();
  const app = await site.add();
  const taskId = await site.start(app.id);
  const { link, token } = await makeLink(site.executor, { kind: "task", taskId });
  const shared = paths.shared(token);
  for (
    const url of [
      HERE + paths.task(taskId),
      HERE + paths.shared("cbs_nothing"),
      HERE + paths.embed.app(token),
      `https://other.example${shared}`,
      `${HERE}${shared}/events`,
    ]
  ) {
    const answer = await site.get(paths.oEmbed(url));
    assert.equal(answer.status, 404, url);
    assert.equal(answer.headers.get("Content-Type"), "application/problem+json");
  }
  assert.equal((await site.get(`${paths.oEmbed(HERE + shared)}&format=xml`)).status, 501);
  for (const query of [paths.oEmbed(), paths.oEmbed("x"), paths.oEmbed("javascript:alert(1)")]) {
    assert.equal((await site.get(query)).status, 400, query);
  }
  await site.executor.links.revoke(link.id);
  assert.equal((await site.get(paths.oEmbed(HERE + shared))).status, 404);
});

Deno.test("pages that can be embedded name the address that says how", async () => {
  await using site = await startTestSite();
  const app = await site.add();
  const taskId = await site.start(app.id);
  const task = await makeLink(site.executor, { kind: "task", taskId });
  const { token } = await appLink(site.executor, app.id);
  for (
    const path of [paths.shared(task.token), paths.embed.task(task.token), paths.embed.app(token)]
  ) {
    const html = await (await site.get(path)).text();
    const link = /<link rel="alternate" type="application\/json\+oembed"[^>]* href="([^"]*)"/.exec(
      html,
    );
    const answer = await site.get((link?.[1] ?? "").replaceAll("&amp;", "&"));
    assert.equal(answer.status, 200, path);
    assert.match((await answer.json()).html, /^<iframe /);
  }
});
