import assert from "node:assert/strict";
import { startTestExecutor } from "../helpers/executor.ts";
import { appLink, makeLink } from "../helpers/links.ts";

Deno.test("a badge names its link and opens nothing, and no secret is found from it", async () => {
  await using test = await startTestExecutor({ concurrency: 0 });
  const { links, visits } = test.executor;
  const { link, token } = await appLink(test.executor, (await test.add()).id);
  const badge = await links.badgeOf(link.id);
  assert(badge !== null);
  assert.equal(await links.badgeOf(link.id), badge, "the same at any time");
  assert.deepEqual(await links.linkOfBadge(badge), link);
  assert.ok(!badge.includes(token.slice(4)));
  assert.equal(await links.open(badge), null);
  assert.equal(await visits.open(badge), null);
});

Deno.test("a badge goes with its link, and is no other's", async () => {
  await using test = await startTestExecutor({ concurrency: 0 });
  const { links } = test.executor;
  const app = await test.add();
  const [one, other] = [await appLink(test.executor, app.id), await appLink(test.executor, app.id)];
  const badges = [await links.badgeOf(one.link.id) ?? "", await links.badgeOf(other.link.id) ?? ""];
  const [mine = "", theirs = ""] = badges;
  const mixed = mine.split(".")[0] + "." + theirs.split(".")[1];
  for (const wrong of [mixed, "", ".", one.link.id, mine.slice(0, -1), one.token]) {
    assert.equal(await links.linkOfBadge(wrong), null, wrong);
  }
  await links.revoke(one.link.id);
  assert.equal(await links.linkOfBadge(mine), null);
  assert.equal(await links.badgeOf(one.link.id), null);
  test.clock.advance(60 * 60 * 1_000);
  assert.equal(await links.linkOfBadge(theirs), null, "expired");
});

Deno.test("a link to a task has no badge", async () => {
  await using test = await startTestExecutor({ concurrency: 0 });
  const taskId = await test.start((await test.add()).id);
  const { link } = await makeLink(test.executor, { kind: "task", taskId });
  assert.equal(await test.executor.links.badgeOf(link.id), null);
});
