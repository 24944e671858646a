import assert from "node:assert/strict";
import { paths } from "../../../routes/paths.ts";
import { outputOf, TEXT_INPUT } from "../../helpers/definitions.ts";
import { startTestSite, type TestSite } from "../../helpers/http.ts";
import { turn } from "../../helpers/kv_probe.ts";
import { appLink, makeLink, SITE } from "../../helpers/links.ts";
import { SseReader } from "../../helpers/sse.ts";

const FROM_SITE = { Origin: SITE };
const FROM_OTHER = { Origin: "https://other.example" };
const GONE = "This is no longer available.";

interface Started {
  readonly taskId: string;
  readonly token: string;
  readonly linkId: string;
}

/** A task of two steps, the first of which runs, and a link to it. */
async function startShared(
  site: TestSite,
  show: readonly ("outputs" | "steps" | "inputs")[] = ["outputs"],
): Promise<Started> {
  const app = await site.add({
    name: "Digest",
    inputs: [TEXT_INPUT],
    steps: [{ id: "one" }, { id: "two", needs: ["one"] }],
    outputs: [outputOf("two", "markdown")],
  });
  const taskId = await site.start(app.id, { text: "marker of inputs" });
  const { link, token } = await makeLink(site.executor, { kind: "task", taskId }, { show });
  return { taskId, token, linkId: link.id };
}

async function finish(site: TestSite, taskId: string): Promise<void> {
  (await site.gates.next("one")).done("marker of steps");
  (await site.gates.next("two")).done("**marker of outputs**");
  await site.ended(taskId);
}

Deno.test("GET /embed/tasks/:token is a page for frames of the link's sites, and runs only our script", async () => {
  await using site = await startTestSite({ identify: () => Promise.resolve({ type: "nobody" }) });
  const { token } = await startShared(site);
  const answer = await site.get(paths.embed.task(token));
  assert.equal(answer.status, 200);
  const policy = answer.headers.get("Content-Security-Policy") ?? "";
  assert.ok(policy.startsWith("default-src 'none'; script-src 'self'; style-src 'self'"));
  assert.ok(policy.endsWith(`frame-ancestors 'self' ${SITE}`));
  assert.equal(answer.headers.get("X-Frame-Options"), null);
  assert.equal(answer.headers.get("Cache-Control"), "no-store");
  const html = await answer.text();
  assert.match(html, /data-status="running"/);
  assert.match(html, /<noscript><meta http-equiv="refresh" content="3;url=\?after="/);
  assert.equal(html.match(/<script/g)?.length, 1);
});

Deno.test("nothing of an embedded task or app is for search engines to find", async () => {
  await using site = await startTestSite();
  const { taskId, token } = await startShared(site);
  await finish(site, taskId);
  const app = await appLink(site.executor, (await site.add()).id);
  const all = [
    paths.embed.task(token),
    paths.embed.taskFragment(token),
    paths.embed.taskEvents(token),
    paths.embed.taskOutput(token, "of_two"),
    paths.embed.task("cbs_nothing"),
    paths.embed.app(app.token),
    paths.embed.appFragment(app.token),
    paths.oEmbed(`http://callboard.test${paths.shared(token)}`),
  ];
  for (const path of all) {
    const { headers, body } = await site.get(path);
    assert.equal(headers.get("X-Robots-Tag"), "noindex", path);
    await body?.cancel();
  }
});

Deno.test("GET /embed/tasks/:token/fragment is for pages of the link's sites alone", async () => {
  await using site = await startTestSite();
  const { taskId, token } = await startShared(site);
  await finish(site, taskId);
  const path = paths.embed.taskFragment(token);
  const answer = await site.get(path, FROM_SITE);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("Access-Control-Allow-Origin"), SITE);
  assert.equal(answer.headers.get("Access-Control-Allow-Credentials"), null);
  assert.match(answer.headers.get("Vary") ?? "", /\bOrigin\b/);
  assert.equal(answer.headers.get("Cache-Control"), "no-store");
  const html = await answer.text();
  assert.match(html, /<strong>marker of outputs<\/strong>/);
  assert.ok(
    html.includes(
      `href="http://callboard.test${paths.embed.taskOutput(token, "of_two")}?download"`,
    ),
  );
  assert.doesNotMatch(html, /marker of (steps|inputs)|<script|<style|\sid=|\shx-|tsk_|app_/);

  for (const headers of [FROM_OTHER, { Origin: "null" }]) {
    const refused = await site.get(path, headers);
    assert.equal(refused.status, 403);
    assert.equal(refused.headers.get("Access-Control-Allow-Origin"), null);
    assert.doesNotMatch(await refused.text(), /marker/);
  }
  const ours = await site.get(path, { Origin: "http://callboard.test" });
  assert.equal(ours.status, 200);
});

Deno.test("OPTIONS /embed/tasks/:token/fragment and /events let htmx of those sites ask", async () => {
  await using site = await startTestSite();
  const { token } = await startShared(site);
  for (const path of [paths.embed.taskFragment(token), paths.embed.taskEvents(token)]) {
    const headers = { ...FROM_SITE, "Access-Control-Request-Method": "GET" };
    const answer = await site.request(path, { method: "OPTIONS", headers });
    assert.equal(answer.status, 204);
    assert.equal(answer.headers.get("Access-Control-Allow-Origin"), SITE);
    assert.equal(answer.headers.get("Access-Control-Allow-Headers"), "*");
    assert.equal(answer.headers.get("Access-Control-Allow-Methods"), "GET");
    const refused = await site.request(path, { method: "OPTIONS", headers: FROM_OTHER });
    assert.equal(refused.status, 403);
    assert.equal(refused.headers.get("Access-Control-Allow-Origin"), null);
  }
});

Deno.test("GET /embed/tasks/:token/events tells the fragment as it changes, and ends", async () => {
  await using site = await startTestSite();
  const { taskId, token } = await startShared(site, ["outputs", "steps"]);
  const answer = await site.get(paths.embed.taskEvents(token), FROM_SITE);
  assert.equal(answer.headers.get("Access-Control-Allow-Origin"), SITE);
  const stream = new SseReader(answer);
  const first = await stream.next();
  assert.match(first?.data ?? "", /data-status="running".*Step 1 of 2/s);
  await finish(site, taskId);
  site.clock.advance(100);
  const rest = await stream.rest();
  assert.deepEqual(rest.at(-1)?.event, "done");
  const last = rest.findLast(({ event }) => event === null)?.data ?? "";
  assert.match(last, /data-status="completed".*marker of outputs.*marker of steps/s);
  assert.doesNotMatch(last, /marker of inputs/);

  const again = new SseReader(await site.get(paths.embed.taskEvents(token)));
  const all = await again.rest();
  assert.deepEqual(all.map(({ event }) => event), [null, "done"]);
});

Deno.test("GET /embed/tasks/:token/events says so when the link is revoked, or the task deleted", async () => {
  await using site = await startTestSite();
  const { taskId, token, linkId } = await startShared(site);
  const stream = new SseReader(await site.get(paths.embed.taskEvents(token)));
  await stream.next();
  await site.executor.links.revoke(linkId);
  const rest = await stream.rest();
  assert.ok(rest[0]?.data.includes(GONE));
  assert.deepEqual(rest.map(({ event }) => event), [null, "done"]);

  const { token: other } = await makeLink(site.executor, { kind: "task", taskId });
  await finish(site, taskId);
  await site.executor.tasks.delete(taskId);
  for (const path of [paths.embed.taskEvents(other), paths.embed.task(other)]) {
    assert.equal((await site.get(path)).status, 404);
  }
  assert.equal(site.streams.count, 0);
});

Deno.test("GET /embed/tasks/:token/outputs/:name is there only where outputs are shown", async () => {
  await using site = await startTestSite();
  const { taskId, token } = await startShared(site);
  await finish(site, taskId);
  const file = await site.get(`${paths.embed.taskOutput(token, "of_two")}?download`, FROM_SITE);
  assert.equal(await file.text(), "**marker of outputs**");
  assert.equal(file.headers.get("Content-Disposition"), 'attachment; filename="of_two.md"');
  assert.equal((await site.get(`${paths.embed.taskOutput(token, "other")}?download`)).status, 404);
  const steps = await makeLink(site.executor, { kind: "task", taskId }, { show: ["steps"] });
  const refused = await site.get(`${paths.embed.taskOutput(steps.token, "of_two")}?download`);
  assert.equal(refused.status, 404);
  assert.doesNotMatch(await refused.text(), /marker|tsk_/);
});

Deno.test("what opens nothing is 404 to every site, alike in every way", async () => {
  await using site = await startTestSite();
  const { token, linkId } = await startShared(site);
  const { token: short } = await startShared(site);
  await site.executor.links.revoke(linkId);
  site.clock.advance(60 * 60 * 1_000);
  for (const address of [paths.embed.task, paths.embed.taskFragment, paths.embed.taskEvents]) {
    const answers = await Promise.all(
      [token, short, "cbs_nothing", "cbv_nothing", token.replace("cbs_", "cbv_"), "%00"].map(
        async (each) => {
          const answer = await site.get(address(each).replace("%2500", "%00"), FROM_OTHER);
          assert.equal(answer.status, 404);
          const headers = JSON.stringify([...answer.headers].toSorted());
          return headers + await answer.text();
        },
      ),
    );
    assert.equal(new Set(answers).size, 1);
    assert.ok(answers[0]?.includes(GONE));
  }
});

/** How often the only link to a task or an app was opened, once that is written. */
async function viewsOf(site: TestSite, targetId: string): Promise<number | undefined> {
  site.clock.advance(2_000);
  for (let turns = 0; turns < 20; turns++) await turn();
  await site.kv.idle();
  return (await site.executor.links.listOfTask(targetId))[0]?.views;
}

/** Where a page goes by itself where there is no JavaScript. */
async function refreshOf(site: TestSite, path: string): Promise<string> {
  const page = await (await site.get(path)).text();
  const [, query] = /<meta http-equiv="refresh" content="3;url=(\?[^"]*)"/.exec(page) ?? [];
  assert(query !== undefined, page);
  return path + query;
}

Deno.test("each look at an embedded task is counted once: a page, a fragment, or a stream of its own", async () => {
  await using site = await startTestSite();
  const { taskId, token } = await startShared(site);
  await finish(site, taskId);
  const look = async (path: string, headers: Record<string, string> = {}) => {
    await (await site.get(path, headers)).text();
    return await viewsOf(site, taskId);
  };
  assert.equal(await look(paths.embed.task(token)), 1);
  assert.equal(await look(paths.embed.taskEvents(token)), 1, "the stream of that page");
  assert.equal(await look(paths.embed.taskEvents(token), FROM_SITE), 2);
  const again = { ...FROM_SITE, "Last-Event-ID": "p1.9" };
  assert.equal(await look(paths.embed.taskEvents(token), again), 2);
  assert.equal(await look(paths.embed.taskFragment(token), FROM_SITE), 3);
  for (const path of [paths.embed.taskFragment(token), paths.embed.taskEvents(token)]) {
    assert.equal(await look(`${path}?after=`, FROM_SITE), 3, "who connects again has been counted");
    assert.equal(await look(`${path}?after=p1.9`, FROM_SITE), 3);
  }
  for (const headers of [undefined, { Origin: "http://callboard.test" }]) {
    const fragment = await look(paths.embed.taskFragment(token), headers);
    assert.equal(fragment, 3, "that of an iframe, which was counted as a page");
  }
});

Deno.test("an app's form is counted once: by its page in an iframe, or its fragment elsewhere", async () => {
  await using site = await startTestSite();
  const app = await site.add();
  const { token } = await appLink(site.executor, app.id);
  const look = async (path: string, headers: Record<string, string> = {}, method = "GET") => {
    await (await site.request(path, { headers, method })).text();
    return await viewsOf(site, app.id);
  };
  const { app: page, appFragment: fragment } = paths.embed;
  assert.equal(await look(page(token)), 1);
  assert.equal(await look(fragment(token)), 1, "what the element of that page loads");
  assert.equal(await look(fragment(token), { Origin: "http://callboard.test" }), 1);
  assert.equal(await look(fragment(token), FROM_SITE), 2);
  assert.equal(await look(page(token), {}, "HEAD"), 2);
  assert.equal(await look(fragment(token), FROM_SITE, "HEAD"), 2);
  assert.equal(await look(`${page(token)}?after=noon`), 3, "what fills in an input named after");
});

Deno.test("a page of a task that loads itself again without JavaScript is one view", async () => {
  await using site = await startTestSite();
  const { taskId, token } = await startShared(site);
  for (const path of [paths.embed.task(token), paths.shared(token)]) {
    for (const address of [path, await refreshOf(site, path)]) {
      await (await site.get(address)).text();
    }
  }
  await finish(site, taskId);
  assert.equal(
    await viewsOf(site, taskId),
    4,
    "two of each page, and none of what they load again",
  );
});

Deno.test("a visitor who saw an app's form is no other view of its link in the task's page", async () => {
  await using site = await startTestSite();
  const app = await site.add();
  const { link, token } = await appLink(site.executor, app.id);
  await (await site.get(paths.embed.appFragment(token), FROM_SITE)).text();
  const visit = await site.executor.visits.start(link, token, {
    raw: { source: "form", fields: new Map() },
  });
  assert(visit.type === "started");
  (await site.gates.next()).done();
  await site.ended(visit.taskId);
  for (const path of [paths.embed.task, paths.embed.taskFragment, paths.embed.taskEvents]) {
    await (await site.get(path(visit.token), FROM_SITE)).text();
  }
  assert.equal(await viewsOf(site, app.id), 1);
});
