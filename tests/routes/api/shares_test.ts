import assert from "node:assert/strict";
import { paths } from "../../../routes/paths.ts";
import { NewShare, ShareList } from "../../../routes/api/schemas/answers.ts";
import { answerOf, problemOf } from "../../helpers/api_answers.ts";
import { startTestSite, type TestSite } from "../../helpers/http.ts";
import { revoke, share } from "../../helpers/shares.ts";

async function startOne(site: TestSite): Promise<string> {
  const taskId = await site.start((await site.add()).id);
  (await site.gates.next()).done();
  await site.ended(taskId);
  return taskId;
}

const GOOD = { expiresInSeconds: 3_600, show: ["outputs"] };

Deno.test("POST /api/v1/tasks/:id/shares makes a link where people reach Callboard", async () => {
  const reach = { isOwnNamesOnly: false, publicOrigin: "https://callboard.example.org" };
  await using site = await startTestSite({ reach });
  const taskId = await startOne(site);
  const response = await site.postJson(paths.api.taskShares(taskId), {
    ...GOOD,
    show: ["steps", "outputs", "steps"],
    origins: ["https://example.org", "http://localhost:3000"],
  });
  assert.equal(response.headers.get("Cache-Control"), "no-store");
  const { id, url, token, expiresAt } = await answerOf(response, 201, NewShare);
  assert.equal(url, `https://callboard.example.org/s/${token}`);
  assert.equal(Date.parse(expiresAt) - site.clock.now(), 3_600_000);
  const listed = await site.get(paths.api.taskShares(taskId));
  const text = await listed.clone().text();
  assert.ok(!text.includes(token.slice(4)), "its secret is told once");
  assert.deepEqual((await answerOf(listed, 200, ShareList)).shares, [{
    id,
    show: ["steps", "outputs"],
    origins: ["https://example.org", "http://localhost:3000"],
    createdAt: new Date(site.clock.now()).toISOString(),
    expiresAt,
    createdBy: "Somebody",
    views: 0,
  }]);
});

Deno.test("POST /api/v1/tasks/:id/shares says what is wrong with each value", async () => {
  await using site = await startTestSite();
  const taskId = await startOne(site);
  const post = (body: unknown) => site.postJson(paths.api.taskShares(taskId), body);
  const wrong = await problemOf(await post({ show: "all", origins: ["example.org/x"] }), 422);
  assert.deepEqual(wrong.errors, {
    expiresInSeconds: "It is missing: it has to be a whole number from 60 to 31536000",
    show: 'Cannot use "all": it has to be a list of "outputs", "steps" and "inputs"',
    origins:
      'Cannot use ["example.org/x"]: it has to be a list of at most 20 web sites such as "https://example.org"',
  });
  const bodies = [
    ...[59, 31_536_001, 1.5, "60", null].map((expiresInSeconds) => ({ ...GOOD, expiresInSeconds })),
    ...[["titles"], ["outputs", "outputs", "outputs", "steps"], null].map((show) => ({
      ...GOOD,
      show,
    })),
    ...[
      ["*"],
      ["https://example.org/"],
      ["https://a:b@example.org"],
      ["javascript:x"],
      ["https://example.org; script-src *"],
      Array(21).fill("https://example.org"),
    ].map((origins) => ({ ...GOOD, origins })),
  ];
  for (const body of bodies) {
    const { errors = {} } = await problemOf(await post(body), 422);
    assert.equal(Object.keys(errors).length, 1, JSON.stringify(body));
  }
  assert.match((await problemOf(await post("{"), 400)).detail, /such as {"expiresInSeconds"/);
  assert.match((await problemOf(await post({ ...GOOD, all: true }), 400)).detail, /no field "all"/);
  assert.deepEqual(await site.executor.links.listOfTask(taskId), []);
});

Deno.test("shares of a task that is not there, and a share that is not there, are 404", async () => {
  await using site = await startTestSite();
  const gone = paths.api.taskShares("tsk_00000000000000000000000000");
  await problemOf(await site.postJson(gone, GOOD), 404);
  await problemOf(await site.get(gone), 404);
  for (const id of ["x", "lnk_00000000000000000000000000"]) {
    const response = await site.request(paths.api.share(id), { method: "DELETE" });
    assert.equal((await problemOf(response, 404)).detail, "There is no such link");
  }
});

Deno.test("POST /api/v1/tasks/:id/shares of a task with a hundred links is 409", async () => {
  await using site = await startTestSite();
  const taskId = await startOne(site);
  for (let i = 0; i < 100; i++) await share(site, taskId, []);
  const refused = await site.postJson(paths.api.taskShares(taskId), GOOD);
  const { title, detail } = await problemOf(refused, 409);
  assert.equal(title, "There are too many links");
  assert.match(detail, /has 100 links already/);
});

Deno.test("a share whose task's app cannot be read any more is made, and told of by the task's id", async () => {
  await using site = await startTestSite();
  const taskId = await startOne(site);
  await site.kv.idle();
  const away = new Error("The database is away");
  site.kv.hooks = {
    async onCommit({ mutations }, commit) {
      const result = await commit();
      if (mutations.some(({ key }) => key[0] === "link")) {
        site.kv.hooks = { onRead: () => Promise.reject(away) };
      }
      return result;
    },
  };
  const made = await site.postJson(paths.api.taskShares(taskId), GOOD);
  site.kv.hooks = {};
  const { id } = await answerOf(made, 201, NewShare);
  const { rows: [told] } = await site.executor.audit.page({ family: "access", limit: 1 });
  assert.deepEqual(told?.what, { kind: "share", id, name: taskId, targetId: taskId });
  assert.ok(site.errors.includes(away));
});

Deno.test("who shares a task, and who revokes it, is told to the audit list", async () => {
  await using site = await startTestSite();
  const taskId = await startOne(site);
  const { id } = await share(site, taskId, ["outputs"]);
  await revoke(site, id);
  const { rows } = await site.executor.audit.page({ family: "access", limit: 10 });
  const what = { kind: "share", id, name: "Test app", targetId: taskId };
  assert.deepEqual(rows.map((row) => [row.did, row.what]), [["share-revoked", what], [
    "share-created",
    what,
  ]]);
});
