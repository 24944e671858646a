import assert from "node:assert/strict";
import { paths } from "../../../routes/paths.ts";
import { startTestSite, type TestSite, type TestSiteOptions } from "../../helpers/http.ts";
import {
  cookieOf,
  ownKey,
  PASSWORD_ACCESS,
  PROVIDER_ACCESS,
  type SignedInHeaders,
  signInAs,
} from "../../helpers/signed_in.ts";

const PAGE = { Accept: "text/html" };

Deno.test("GET /settings/people lists everybody who has signed in, for an admin", async () => {
  await using stage = await setUp();
  const { site, admin, viewer } = stage;
  const response = await site.get(paths.settings.people(), admin.headers);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("Cache-Control"), "no-store");
  const html = await response.text();
  assert.match(html, /<b>Ada<\/b> \(you\)/);
  assert.match(html, /<b>Vera<\/b>.*Vera@example\.org/s);
  assert.match(html, /aria-label="Role of Vera"><option value="viewer" selected/);
  assert.equal((await site.get(paths.settings.people(), viewer.headers)).status, 403);
});

Deno.test("POST /settings/people/:personId sets a role, at once in the session there is", async () => {
  await using stage = await setUp();
  const { site, admin, viewer } = stage;
  assert.equal((await site.postForm(paths.studio(), {}, viewer.headers)).status, 403);
  const response = await setRole(site, viewer.id, "editor", admin.headers);
  assert.equal(response.status, 303);
  assert.equal(response.headers.get("Location"), paths.settings.people());
  assert.equal((await site.postForm(paths.studio(), {}, viewer.headers)).status, 303);
  const { rows: [told] } = await site.executor.audit.page({ limit: 1, family: "access" });
  const { who, did, what, detail } = told ?? {};
  assert.deepEqual([who?.name, did, what?.name, detail], ["Ada", "role-set", "Vera", "editor"]);
});

Deno.test("nobody but an admin sets a role, not even their own", async () => {
  await using stage = await setUp();
  const { site, admin, viewer } = stage;
  const editor = await signInAs(site, "editor", "Ed");
  for (const { id, headers } of [viewer, editor]) {
    assert.equal((await setRole(site, id, "admin", headers)).status, 403);
    assert.equal((await remove(site, admin.id, headers)).status, 403);
  }
  assert.deepEqual(await roles(site), {
    Ada: "admin",
    Keeper: "admin",
    Ed: "editor",
    Vera: "viewer",
  });
});

Deno.test("the last admin is neither lowered nor removed, and told why", async () => {
  await using stage = await setUp();
  const { site, admin } = stage;
  await removeKeeper(site, admin.headers);
  const page = await (await site.get(paths.settings.people(), admin.headers)).text();
  assert.match(page, /Admin, the only one/);
  assert.doesNotMatch(page, /Role of Ada/, "what would be refused is not offered");
  const lowered = await setRole(site, admin.id, "viewer", admin.headers);
  assert.equal(lowered.status, 409);
  assert.match(await lowered.text(), /Cannot make “Ada” a viewer: nobody else is an admin/);
  const removed = await remove(site, admin.id, admin.headers);
  assert.equal(removed.status, 409);
  assert.match(await removed.text(), /Cannot remove “Ada”: nobody else is an admin/);
  assert.deepEqual(await roles(site), { Ada: "admin", Vera: "viewer" });
});

Deno.test("an admin who gives it up is led to where they may still be", async () => {
  await using stage = await setUp();
  const { site, admin } = stage;
  const response = await setRole(site, admin.id, "editor", admin.headers);
  assert.equal(response.headers.get("Location"), paths.playground());
});

Deno.test("POST /settings/people/:personId/deletion removes somebody, and ends their session", async () => {
  await using stage = await setUp();
  const { site, admin, viewer } = stage;
  assert.equal((await site.get(paths.tasks(), viewer.headers)).status, 200);
  assert.equal((await remove(site, viewer.id, admin.headers)).status, 303);
  assert.equal((await site.get(paths.tasks(), viewer.headers)).status, 401);
  assert.equal((await remove(site, viewer.id, admin.headers)).status, 404);
  const { rows: [told] } = await site.executor.audit.page({ limit: 1, family: "access" });
  assert.deepEqual([told?.did, told?.what?.name], ["person-removed", "Vera"]);
});

Deno.test("who is removed leaves their links, or where that is ticked none, also of their keys", async () => {
  for (
    const [fields, status, detail] of [
      [{}, 200, undefined],
      [{ links: "on" }, 404, "with the links they made"],
    ] as const
  ) {
    await using stage = await setUp();
    const { site, admin } = stage;
    const app = await site.add();
    const taskId = await site.start(app.id);
    const editor = await signInAs(site, "editor", "Ed");
    const links = [
      await share(site, taskId, editor.headers),
      await share(site, taskId, await ownKey(site, editor.id)),
      await embed(site, app.id, editor.headers),
    ];
    const adminsLink = await share(site, taskId, admin.headers);
    const path = paths.settings.personDeletion(editor.id);
    assert.equal((await site.postForm(path, fields, admin.headers)).status, 303);
    for (const link of links) assert.equal((await site.get(link)).status, status, link);
    assert.equal((await site.get(adminsLink)).status, 200);
    const { rows: [told] } = await site.executor.audit.page({ limit: 1, family: "access" });
    assert.deepEqual([told?.did, told?.detail], ["person-removed", detail]);
  }
});

Deno.test("who is no person, and what is no role, is refused", async () => {
  await using stage = await setUp();
  const { site, admin, viewer } = stage;
  for (const id of ["per_nobody", `per_${"a".repeat(22)}`, "a".repeat(5_000)]) {
    const response = await setRole(site, id, "viewer", { ...admin.headers, ...PAGE });
    assert.equal(response.status, 404);
    assert.match(await response.text(), /There is nobody with the ID/);
  }
  for (const role of ["", "root", "Admin"]) {
    const response = await setRole(site, viewer.id, role, admin.headers);
    assert.equal(response.status, 400);
    assert.match(await response.text(), /it has to be viewer, editor, admin/);
  }
  assert.equal((await roles(site)).Vera, "viewer");
});

Deno.test("names are shown as text, whatever they hold", async () => {
  await using stage = await setUp();
  const { site, admin } = stage;
  await signInAs(site, "viewer", `"><img src=x onerror=alert(1)>`);
  const html = await (await site.get(paths.settings.people(), admin.headers)).text();
  assert.match(html, /aria-label="Role of &quot;&gt;&lt;img src=x onerror=alert\(1\)&gt;"/);
  assert.doesNotMatch(html, /<img/);
});

Deno.test("where nobody signs in by name the page says so", async () => {
  await using site = await startTestSite();
  assert.match(await (await site.get(paths.settings.people())).text(), /Nobody is known by name/);
});

Deno.test("whoever knows the password may give roles where no admin can sign in any more", async () => {
  using kv = await Deno.openKv(":memory:");
  {
    await using stage = await setUp({ kv });
    const { site, viewer } = stage;
    await using rescue = await startTestSite({ access: PASSWORD_ACCESS, kv });
    const { secret } = await rescue.executor.access.signIn({ type: "password" });
    assert.equal((await setRole(rescue, viewer.id, "admin", cookieOf(secret))).status, 303);
    assert.equal((await site.get(paths.settings.people(), viewer.headers)).status, 200);
  }
});

interface Person {
  readonly id: string;
  readonly headers: SignedInHeaders;
}

interface Stage extends AsyncDisposable {
  readonly site: TestSite;
  readonly admin: Person;
  readonly viewer: Person;
}

async function setUp(options: TestSiteOptions = {}): Promise<Stage> {
  const site = await startTestSite({ access: PROVIDER_ACCESS, ...options });
  return {
    site,
    admin: await signInAs(site, "admin", "Ada"),
    viewer: await signInAs(site, "viewer", "Vera"),
    [Symbol.asyncDispose]: () => site[Symbol.asyncDispose](),
  };
}

function setRole(site: TestSite, personId: string, role: string, headers: SignedInHeaders) {
  return site.postForm(paths.settings.person(personId), { role }, headers);
}

function remove(site: TestSite, personId: string, headers: SignedInHeaders) {
  return site.postForm(paths.settings.personDeletion(personId), {}, headers);
}

/** The path of a link to a task. */
async function share(site: TestSite, taskId: string, headers: Record<string, string>) {
  const body = { expiresInSeconds: 3_600, show: [] };
  const made = await site.postJson(paths.api.taskShares(taskId), body, headers);
  return paths.shared((await made.json()).token);
}

/** The path of a link to an app. */
async function embed(site: TestSite, appId: string, headers: Record<string, string>) {
  const made = await site.postForm(paths.studioAppLinks(appId), { days: "7" }, headers);
  return paths.embed.app(/cbs_[\w-]{43}/.exec(await made.text())?.[0] ?? "");
}

async function roles(site: TestSite): Promise<Record<string, string>> {
  const people = await site.executor.access.people.list();
  return Object.fromEntries(people.map(({ name, role }) => [name, role]));
}

/** The first person of every site, who is an admin. */
async function removeKeeper(site: TestSite, headers: SignedInHeaders): Promise<void> {
  const keeper = (await site.executor.access.people.list()).find(({ name }) => name === "Keeper");
  assert.equal((await remove(site, keeper?.id ?? "", headers)).status, 303);
}
