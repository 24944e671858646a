import assert from "node:assert/strict";
import { paths } from "../../../routes/paths.ts";
import { parseSettings } from "../../../routes/settings.ts";
import { HTMX, JSON_ONLY, startTestSite, type TestSite } from "../../helpers/http.ts";

const LOCAL = { isOwnNamesOnly: true, publicOrigin: null };

/** Everything that changes something, as a page of another web site could ask for it. */
async function changes(site: TestSite): Promise<[method: string, path: string][]> {
  const app = await site.add();
  const taskId = await site.start(app.id);
  return [
    ["POST", paths.appTasks(app.id)],
    ["POST", paths.studio()],
    ["POST", paths.studioApp(app.id)],
    ["POST", paths.studioAppDeletion(app.id)],
    ["POST", paths.taskCancellation(taskId)],
    ["POST", paths.taskDeletion(taskId)],
    ["DELETE", paths.task(taskId)],
  ];
}

Deno.test("a change that another web site sends is 403, and changes nothing", async () => {
  await using site = await startTestSite();
  const requests = await changes(site);
  const before = JSON.stringify(await (await site.get(paths.apps())).json());
  const senders: Record<string, string>[] = [
    { "Sec-Fetch-Site": "cross-site", Origin: "https://evil.example" },
    { "Sec-Fetch-Site": "same-site", Origin: "http://other.callboard.test" },
    { Origin: "https://evil.example" },
    { Origin: "http://callboard.test:81" },
    { Origin: "null" },
  ];
  for (const [method, path] of requests) {
    for (const headers of senders) {
      const body = method === "POST" ? new URLSearchParams({ text: "x" }) : undefined;
      const response = await site.request(path, { method, headers, body });
      assert.equal(response.status, 403, `${method} ${path} from ${headers.Origin}`);
    }
  }
  assert.equal(JSON.stringify(await (await site.get(paths.apps())).json()), before);
  const { rows } = await site.executor.tasks.list({ limit: 10 });
  assert.deepEqual(rows.map(({ status }) => status), ["running"]);
});

Deno.test("a change that comes from here, or from a program, is taken", async () => {
  await using site = await startTestSite({ concurrency: 0 });
  const app = await site.add();
  const senders: Record<string, string>[] = [
    {},
    { "Sec-Fetch-Site": "same-origin", Origin: "http://callboard.test" },
    { "Sec-Fetch-Site": "none" },
    { Origin: "http://callboard.test" },
  ];
  for (const headers of senders) {
    assert.equal((await site.postForm(paths.appTasks(app.id), {}, headers)).status, 303);
  }
});

Deno.test("a change from PUBLIC_URL is taken where a proxy calls the server by another name", async () => {
  const reach = { isOwnNamesOnly: true, publicOrigin: "http://callboard.example" };
  await using site = await startTestSite({ concurrency: 0, reach });
  const app = await site.add();
  const headers = { Origin: "http://callboard.example" };
  const path = `http://127.0.0.1:8000${paths.appTasks(app.id)}`;
  assert.equal((await site.postForm(path, {}, headers)).status, 303);
});

Deno.test("what another web site links to is shown", async () => {
  await using site = await startTestSite();
  const headers = { "Sec-Fetch-Site": "cross-site", Referer: "https://elsewhere.example/" };
  assert.equal((await site.get(paths.tasks(), headers)).status, 200);
});

Deno.test("a local server answers to names of this machine only, whatever is asked", async () => {
  await using site = await startTestSite({ reach: LOCAL });
  for (
    const host of ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "a.localhost", "10.1.2.3"]
  ) {
    assert.equal((await site.get(`http://${host}${paths.tasks()}`)).status, 200, host);
  }
  for (const host of ["evil.example:8000", "127.0.0.1.evil.example", "localhost.evil.example"]) {
    for (const path of [paths.tasks(), paths.apps(), paths.playground()]) {
      const response = await site.get(`http://${host}${path}`);
      assert.equal(response.status, 403, host);
      assert.match(await response.text(), /set PUBLIC_URL to the address people use/);
    }
    const post = await site.postForm(`http://${host}${paths.studio()}`, {}, {
      "Sec-Fetch-Site": "same-origin",
      Origin: `http://${host}`,
    });
    assert.equal(post.status, 403);
  }
});

Deno.test("an open server that others reach answers to no name but the one in PUBLIC_URL", async () => {
  const environment = { HOST: "0.0.0.0", PUBLIC_URL: "https://callboard.example", ACCESS: "open" };
  const parsed = parseSettings(environment);
  assert.ok(parsed.ok);
  await using site = await startTestSite({ reach: parsed.settings.reach });
  const createAs = (origin: string) =>
    site.postForm(origin + paths.studio(), {}, { "Sec-Fetch-Site": "same-origin", Origin: origin });
  assert.equal((await createAs("http://rebound.example:8000")).status, 403);
  for (const origin of ["https://callboard.example", "http://192.168.1.5:8000"]) {
    assert.equal((await createAs(origin)).status, 303, origin);
  }
});

Deno.test("a local server behind a proxy answers to the name in PUBLIC_URL", async () => {
  const reach = { isOwnNamesOnly: true, publicOrigin: "https://callboard.example" };
  await using site = await startTestSite({ reach });
  assert.equal((await site.get(`http://callboard.example${paths.tasks()}`)).status, 200);
  assert.equal((await site.get(`http://other.example${paths.tasks()}`)).status, 403);
});

Deno.test("a refusal is a page, a fragment or a problem, as was asked for", async () => {
  await using site = await startTestSite();
  const from = { "Sec-Fetch-Site": "cross-site" };
  assert.match(await (await site.postForm(paths.studio(), {}, from)).text(), /<html/);
  const fragment = await site.postForm(paths.studio(), {}, { ...from, ...HTMX });
  assert.doesNotMatch(await fragment.text(), /<html/);
  const problem = await site.postForm(paths.studio(), {}, { ...from, ...JSON_ONLY });
  assert.equal(problem.headers.get("Content-Type"), "application/problem+json");
});

Deno.test("HEAD of a stream leaves no reader behind", async () => {
  await using site = await startTestSite();
  const app = await site.add();
  const taskId = await site.start(app.id);
  for (const path of [paths.taskEvents(taskId), paths.taskListEvents()]) {
    const response = await site.request(path, { method: "HEAD" });
    assert.equal(response.status, 200);
    assert.match(response.headers.get("Content-Type") ?? "", /^text\/event-stream/);
    assert.equal(site.streams.count, 0);
  }
});
