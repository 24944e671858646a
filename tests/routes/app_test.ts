import assert from "node:assert/strict";
import { paths } from "../../routes/paths.ts";
import { HTMX, JSON_ONLY, startTestSite } from "../helpers/http.ts";

Deno.test("GET / goes to the Playground", async () => {
  await using site = await startTestSite();
  const response = await site.get(paths.home());
  assert.equal(response.status, 302);
  assert.equal(response.headers.get("Location"), paths.playground());
});

Deno.test("GET of an unknown path is 404: in the frame, as a fragment, as a problem", async () => {
  await using site = await startTestSite();
  const page = await site.get("/nowhere");
  assert.equal(page.status, 404);
  assert.equal(page.headers.get("Cache-Control"), "no-store");
  const html = await page.text();
  assert.match(html, /<nav/);
  assert.match(html, /There is nothing at “\/nowhere”/);
  const fragment = await site.get("/nowhere", HTMX);
  assert.equal(fragment.status, 404);
  assert.doesNotMatch(await fragment.text(), /<nav|<html/);
  for (
    const headers of [{ ...HTMX, "HX-Request-Type": "full" }, {
      ...HTMX,
      "HX-History-Restore-Request": "true",
    }]
  ) {
    assert.match(await (await site.get("/nowhere", headers)).text(), /<html/);
  }
  const problem = await site.get("/nowhere", JSON_ONLY);
  assert.equal(problem.status, 404);
  assert.deepEqual(await problem.json(), {
    type: "about:blank",
    status: 404,
    title: "Not found",
    detail: "There is nothing at this address",
  });
});

Deno.test("a path that is there for other methods is 405, and says for which", async () => {
  await using site = await startTestSite();
  const taskId = `tsk_${"0".repeat(26)}`;
  const others: [method: string, path: string, allow: string][] = [
    ["DELETE", paths.tasks(), "GET, HEAD"],
    ["PUT", paths.api.appTasks("x"), "POST"],
    ["POST", paths.task(taskId), "GET, HEAD, DELETE"],
    ["PATCH", paths.studio(), "GET, HEAD, POST"],
    ["GET", paths.taskCancellation(taskId), "POST"],
    ["OPTIONS", paths.api.apps(), "GET, HEAD"],
  ];
  for (const [method, path, allow] of others) {
    const answers = [
      await site.request(path, { method }),
      await site.request(path, { method, headers: JSON_ONLY }),
    ];
    for (const response of answers) {
      assert.equal(response.status, 405, `${method} ${path}`);
      assert.equal(response.headers.get("Allow"), allow);
      await response.body?.cancel();
    }
  }
  assert.equal((await site.request("/nowhere", { method: "PUT" })).status, 404);
  assert.equal((await site.get("/static/0/nothing.css")).status, 404);
});

Deno.test("every answer forbids what pages have no use for", async () => {
  await using site = await startTestSite();
  for (const path of ["/playground", "/nowhere", "/healthz", "/tasks", "/apps", "/tasks?limit=0"]) {
    const { headers } = await site.get(path);
    const policy = headers.get("Content-Security-Policy") ?? "";
    for (
      const rule of [
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
      ]
    ) assert.ok(policy.includes(rule), `${path}: ${policy}`);
    assert.doesNotMatch(policy, /unsafe|\*/);
    assert.equal(headers.get("X-Content-Type-Options"), "nosniff");
    assert.equal(headers.get("Referrer-Policy"), "same-origin");
    assert.equal(headers.get("X-Frame-Options"), "DENY");
  }
});

Deno.test("pages hold no script and no style of their own, which the policy would refuse", async () => {
  await using site = await startTestSite();
  const app = await site.add();
  const taskId = await site.start(app.id);
  const pages = [
    paths.playground(app.id),
    paths.tasks(),
    paths.task(taskId),
    paths.studio(),
    paths.studioApp(app.id),
    "/nowhere",
  ];
  for (const path of pages) {
    const html = await (await site.get(path)).text();
    assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=|javascript:/i, path);
    const scripts = [...html.matchAll(/<script([^>]*)>([^]*?)<\/script>/g)];
    assert.ok(scripts.length > 0, path);
    for (const [, attributes, body] of scripts) {
      assert.match(attributes ?? "", /\ssrc="\/static\//, path);
      assert.equal(body, "", path);
    }
    const urls = [...html.matchAll(/<(?:script|link)[^>]*?(?:src|href)="([^"]*)"/g)];
    assert.ok(urls.length > scripts.length, path);
    for (const [, url = ""] of urls) {
      if (url.startsWith("data:")) continue;
      assert.equal((await site.get(url)).status, 200, `${path} links ${url}`);
    }
  }
});

Deno.test("an error nobody expected is a reference to readers, and whole in the log", async () => {
  await using site = await startTestSite();
  const app = await site.add();
  const taskId = await site.start(app.id);
  site.kv.get = () => Promise.reject(new Error("the secret path /home/me"));
  const page = await site.get(paths.task(taskId));
  assert.equal(page.status, 500);
  const html = await page.text();
  assert.doesNotMatch(html, /secret|\/home/);
  assert.match(html, /reference <code>[\w-]{8}<\/code>/);
  const json = await site.get(paths.task(taskId), JSON_ONLY);
  assert.equal(json.status, 500);
  assert.equal(json.headers.get("Content-Type"), "application/problem+json");
  assert.doesNotMatch(await json.text(), /secret|\/home/);
  assert.equal(site.errors.length, 2);
  const health = await site.get(paths.health());
  assert.equal(health.status, 503);
  Reflect.deleteProperty(site.kv, "get");
});

Deno.test("GET /healthz answers 200 while tasks are taken, and 503 once they are not", async () => {
  await using site = await startTestSite();
  const well = await site.get(paths.health());
  assert.equal(well.status, 200);
  assert.match(well.headers.get("Content-Type") ?? "", /^application\/json/);
  assert.equal(well.headers.get("Cache-Control"), "no-store");
  await site.executor.stop(0);
  assert.equal((await site.get(paths.health())).status, 503);
});

Deno.test("HEAD is answered as GET, without a body", async () => {
  await using site = await startTestSite();
  for (const [path, status] of [["/playground", 200], ["/nowhere", 404]] as const) {
    const response = await site.request(path, { method: "HEAD" });
    assert.equal(response.status, status);
    assert.equal(await response.text(), "");
    const { length } = new TextEncoder().encode(await (await site.get(path)).text());
    assert.equal(response.headers.get("Content-Length"), String(length));
  }
});
