import assert from "node:assert/strict";
import { type Role, ROLES } from "../../../executor/mod.ts";
import { paths } from "../../../routes/paths.ts";
import { outputOf } from "../../helpers/definitions.ts";
import { startTestSite, type TestSite } from "../../helpers/http.ts";
import { PROVIDER_ACCESS, signInAs } from "../../helpers/signed_in.ts";
import { SseReader } from "../../helpers/sse.ts";
import { frame } from "../../helpers/tab.ts";

/** Where the forms and the htmx requests of some HTML go that change something. */
function changesIn(html: string): string[] {
  const forms = html.matchAll(/<form[^>]*\bmethod="post"[^>]*\baction="([^"]+)"/g);
  const requests = html.matchAll(/\shx-(?:post|put|patch|delete)="([^"]+)"/g);
  return [...new Set([...forms, ...requests].map(([, to = ""]) => to))];
}

/** Tasks in every status, one of them run by an old version; and all pages there are. */
async function furnish(site: TestSite) {
  const app = await site.add({ outputs: [outputOf("only")] });
  const [running, failed, cancelled, completed] = [
    await site.start(app.id),
    await site.start(app.id),
    await site.start(app.id),
    await site.start(app.id),
  ];
  for (let i = 0; i < 4; i++) {
    const run = await site.gates.next();
    if (run.taskId === failed) run.fail();
    if (run.taskId === completed) run.done("all of it");
  }
  await site.executor.tasks.cancel(cancelled);
  await site.ended(failed);
  await site.ended(completed);
  const pages = [
    paths.playground(),
    paths.playground(app.id),
    paths.tasks(),
    ...[running, failed, cancelled, completed].map((id) => paths.task(id)),
    paths.studio(),
    paths.studioApp(app.id),
    paths.apiDocs(app.id),
    "/nowhere",
  ];
  return { app, running, pages };
}

async function changesOn(site: TestSite, pages: readonly string[], role: Role) {
  const { headers } = await signInAs(site, role);
  const changes: string[] = [];
  for (const path of pages) {
    const html = await (await site.get(path, { ...headers })).text();
    assert.match(html, /<nav/, path);
    changes.push(...changesIn(html));
  }
  return [...new Set(changes)];
}

Deno.test("no page offers a viewer to change anything, and all of it is offered to an editor", async () => {
  await using site = await startTestSite({ access: PROVIDER_ACCESS });
  const { app, running, pages } = await furnish(site);
  assert.deepEqual(await changesOn(site, pages, "viewer"), [paths.signOut()]);
  const offered = await changesOn(site, pages, "editor");
  const expected = [
    paths.signOut(),
    paths.appTasks(app.id),
    paths.taskCancellation(running),
    paths.studio(),
    paths.studioApp(app.id),
    paths.studioAppDeletion(app.id),
  ];
  for (const path of expected) assert.ok(offered.includes(path), path);
  assert.ok(offered.some((path) => path.endsWith("/deletion") && path.startsWith("/tasks/")));
  assert.ok(offered.some((path) => path.endsWith("/forks")));
});

Deno.test("whoever is shown a way to the settings may go there", async () => {
  await using site = await startTestSite({ access: PROVIDER_ACCESS });
  const shown = new Map<string, number>();
  for (const role of ROLES) {
    const { headers } = await signInAs(site, role);
    const html = await (await site.get(paths.tasks(), { ...headers })).text();
    if (!html.includes(`href="${paths.settings.home()}"`)) continue;
    const home = await site.get(paths.settings.home(), { ...headers });
    const first = await site.get(home.headers.get("Location") ?? "", { ...headers });
    assert.deepEqual([home.status, first.status], [302, 200], role);
    const tabs = [...(await first.text()).matchAll(/class="tab" href="([^"]+)"/g)];
    shown.set(role, tabs.length);
    for (const [, to = ""] of tabs) {
      assert.equal((await site.get(to, { ...headers })).status, 200, `${to} for ${role}`);
    }
  }
  assert.deepEqual(Object.fromEntries(shown), { viewer: 1, editor: 1, admin: 3 });
});

Deno.test("a viewer may read what a workspace says, and not write in it", async () => {
  await using site = await startTestSite({ access: PROVIDER_ACCESS });
  const app = await site.add();
  const { headers } = await signInAs(site, "viewer");
  const html = await (await site.get(paths.studioApp(app.id), { ...headers })).text();
  assert.match(html, /<textarea[^>]* readonly/);
  assert.doesNotMatch(html, /data-editor|>\s*(Save|Run|Duplicate)\s*</);
  const playground = await (await site.get(paths.playground(app.id), { ...headers })).text();
  assert.match(playground, /You may see tasks here, and not run apps\./);
  assert.match(playground, /Open in Studio/);
});

Deno.test("the stream of a task tells a viewer of nothing to do, beside an editor who is told", async () => {
  await using site = await startTestSite({ access: PROVIDER_ACCESS });
  const app = await site.add({ outputs: [outputOf("only")] });
  const taskId = await site.start(app.id);
  const run = await site.gates.next();
  const follow = async (role: Role) => {
    const { headers } = await signInAs(site, role);
    const response = await site.get(paths.taskEvents(taskId, "p0.1.0"), { ...headers });
    const reader = new SseReader(response);
    return async () => (await reader.rest()).map(({ data }) => data).join("");
  };
  const [viewer, editor] = [await follow("viewer"), await follow("editor")];
  for (let i = 0; i < 3; i++) await frame(site);
  run.done("all of it");
  await site.ended(taskId);
  const told = Promise.all([viewer(), editor()]);
  for (let i = 0; i < 3; i++) await frame(site);
  const [toViewer, toEditor] = await told;
  assert.match(toViewer, /all of it/);
  assert.deepEqual(changesIn(toViewer), []);
  assert.deepEqual(
    changesIn(toEditor).toSorted(),
    [
      paths.appTasks(app.id),
      paths.taskCancellation(taskId),
      paths.taskDeletion(taskId),
      paths.taskForks(taskId),
    ].toSorted(),
  );
});
